import { readFileSync } from 'node:fs';
import { requireLoopbackName } from '@oms/kit/http/loopback.ts';
import { addPages, isPage, type PagesOptions } from '@oms/kit/http/pages/pages.ts';
import { commonProblem, type Problem } from '@oms/kit/http/problem.ts';
import { createServer } from '@oms/kit/http/server.ts';
import {
  isContention,
  isDatabaseUnavailable,
  isLockTimeout,
  isUnstorableText,
} from '@oms/kit/postgres/errors.ts';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { parse } from 'yaml';
import type { IsTrusted } from './callers.ts';
import { customerRoutes } from './customers/routes.ts';
import type { RouteHandlers } from './generated/contract/fastify.gen.ts';
import { healthRoutes } from './health.ts';
import { inventoryRoutes } from './inventory/routes.ts';
import { orderErrorCodes } from './orders/errors.ts';
import { type OrderRoutesContext, orderRoutes } from './orders/routes.ts';
import { paymentRoutes } from './payments/routes.ts';
import { WEBHOOK_PATH } from './shipping/easypost_webhook.ts';
import { type ShippingRoutesContext, shippingRoutes } from './shipping/routes.ts';

export interface ApiContext extends OrderRoutesContext, ShippingRoutesContext {
  logger: FastifyBaseLogger;
  /** Whether every request needs the API key, as it does beyond loopback. */
  is_key_required: boolean;
}

const CONTRACT = new URL('../../contracts/orders.openapi.yaml', import.meta.url);
export const orderPages: PagesOptions = {
  title: 'Order Processing API',
  contract: CONTRACT,
  errors: new URL('../../docs/errors.md', import.meta.url),
  service: 'Orders',
  codes: orderErrorCodes,
};
/** The largest body: a thousand lines take about 100 KiB. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const OPEN_TO_ALL: ReadonlySet<string | undefined> = new Set(['/health', '/ready']);
/** Their bodies' signature says who calls, wherever the service listens and by whatever name it is called. */
const SIGNED: ReadonlySet<string | undefined> = new Set([WEBHOOK_PATH]);

/** The order API, bound to its contract. */
export async function createApi(context: ApiContext): Promise<FastifyInstance> {
  const handlers: RouteHandlers = {
    ...orderRoutes(context),
    ...paymentRoutes(context),
    ...inventoryRoutes(context),
    ...customerRoutes(context),
    ...shippingRoutes(context),
    ...healthRoutes(context),
  };
  const server = await createServer({
    contract: parse(readFileSync(CONTRACT, 'utf8')),
    handlers,
    logger: context.logger,
    body_limit_bytes: BODY_LIMIT_BYTES,
    toProblem,
    onRequest(request) {
      if (SIGNED.has(request.routeOptions.url)) return;
      if (context.is_key_required) requireKey(request, context.isTrusted);
      else requireLoopbackName(request);
    },
  });
  await addPages(server, orderPages);
  return server;
}

function requireKey(request: FastifyRequest, isTrusted: IsTrusted): void {
  if (OPEN_TO_ALL.has(request.routeOptions.url) || isPage(request)) return;
  if (isTrusted(request.headers['x-api-key'] as string | undefined)) return;
  throw commonProblem('unauthenticated', { detail: 'Send the key of this service as X-API-Key.' });
}

const RETRY_AFTER_S = 2;

function toProblem(error: unknown, { headers }: FastifyRequest): Problem | undefined {
  if (isLockTimeout(error) && headers['idempotency-key'] !== undefined) {
    return commonProblem('idempotency_key_in_use', {
      detail: 'Another request is changing the same thing. Send yours again.',
      retry_after_s: RETRY_AFTER_S,
      cause: error,
    });
  }
  if (isContention(error) || isLockTimeout(error)) {
    return commonProblem('changed_concurrently', {
      detail: 'Others changed the same thing at the same time. Nothing was written; send the request again.',
      retry_after_s: RETRY_AFTER_S,
      cause: error,
    });
  }
  if (isUnstorableText(error)) {
    return commonProblem('invalid_request', {
      detail: 'A text holds a character that cannot be kept: NUL, or half of a surrogate pair.',
      cause: error,
    });
  }
  if (!isDatabaseUnavailable(error)) return undefined;
  return commonProblem('unavailable', {
    detail: 'The database cannot be reached. Send the request again, with the same Idempotency-Key.',
    retry_after_s: RETRY_AFTER_S,
    cause: error,
  });
}
