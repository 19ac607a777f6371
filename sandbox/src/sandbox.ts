import { isLoopback, isLoopbackName } from '@oms/kit/http/loopback.ts';
import Fastify, { type FastifyServerOptions } from 'fastify';
import type pg from 'pg';
import qs from 'qs';
import { serveParcels } from './easypost/parcel_routes.ts';
import { serveEasyPost } from './easypost/routes.ts';
import { WebhookSender } from './easypost/webhook_sender.ts';
import { FaultBook } from './faults/book.ts';
import { serveFaults } from './faults/routes.ts';
import { BrokenWire } from './faults/wire.ts';
import { problem } from './problem.ts';
import { emptySchema, prepareSchema } from './schema.ts';
import { IdempotencyKeys } from './stripe/idempotency.ts';
import { serveLaterChanges } from './stripe/later_routes.ts';
import { serveStripe } from './stripe/routes.ts';

export interface SandboxOptions {
  /** Stays the caller's: the sandbox never ends it. */
  pool: pg.Pool;
  /** Fastify's logger. Default none. */
  logger?: FastifyServerOptions['logger'];
}

export interface Sandbox {
  /** Prepares the schema and gives the base URL. Port 0, the default, takes a free one. */
  listen(options?: { port?: number; host?: string }): Promise<string>;
  /** Lets running requests finish and cuts the hanging ones. */
  close(): Promise<void>;
}

/**
 * Stands in for the payment provider and the carrier: it speaks Stripe's protocol below `/v1` and
 * EasyPost's below `/v2`, and breaks them on order. All state is in the schema `sandbox`.
 */
export function createSandbox({ pool, logger = false }: SandboxOptions): Sandbox {
  const app = Fastify({
    logger: logger ?? false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    forceCloseConnections: 'idle',
    routerOptions: { querystringParser: (text) => qs.parse(text, { depth: 2, parameterLimit: 100 }) },
  });
  let is_loopback_only = true;
  // A web page could otherwise reach the sandbox by a name that it points at loopback.
  app.addHook('onRequest', async (request, reply) => {
    if (!is_loopback_only || isLoopbackName(request.hostname)) return;
    return problem(reply, 421, 'host_not_allowed', `The sandbox is not ${request.hostname}.`);
  });
  const faults = new FaultBook(pool);
  const wire = new BrokenWire();
  const keys = new IdempotencyKeys(pool);
  const sender = new WebhookSender(pool, app.log);

  const serving = { pool, faults, wire };
  app.register(async (scope) => serveStripe(scope, serving, keys), { prefix: '/v1' });
  app.register(async (scope) => serveEasyPost(scope, serving), { prefix: '/v2' });
  serveFaults(app, faults);
  serveParcels(app, pool, sender);
  serveLaterChanges(app, pool);
  app.get('/health', async () => {
    await pool.query('SELECT 1');
    return { status: 'ok' };
  });
  app.delete('/state', async (_request, reply) => {
    await faults.clear();
    await emptySchema(pool);
    return reply.code(204).send();
  });

  return {
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      await prepareSchema(pool);
      await faults.load();
      keys.startPurge();
      is_loopback_only = isLoopback(host);
      return app.listen({ port, host });
    },
    async close() {
      keys.stopPurge();
      wire.close();
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      await app.close();
      clearTimeout(cut);
      await sender.close();
    },
  };
}

const BODY_BYTES_MAX = 128 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const TIMEOUT_CHECK_MS = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;
