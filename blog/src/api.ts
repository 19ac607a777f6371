import { readFileSync } from 'node:fs';
import { requireLoopbackName } from '@oms/kit/http/loopback.ts';
import { addPages, type PagesOptions } from '@oms/kit/http/pages/pages.ts';
import { commonProblem, type Problem } from '@oms/kit/http/problem.ts';
import { createServer } from '@oms/kit/http/server.ts';
import { isStoreUnavailable } from '@oms/kit/mongodb/errors.ts';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { parse } from 'yaml';
import { type AccountRoutesContext, accountRoutes } from './accounts/routes.ts';
import { blogErrorCodes } from './errors.ts';
import type { RouteHandlers } from './generated/contract/fastify.gen.ts';
import { healthRoutes } from './health.ts';
import { type PostRoutesContext, postRoutes } from './posts/routes.ts';
import { type ReadingRoutesContext, readingRoutes } from './reading/routes.ts';
import type { Store } from './store/store.ts';

export interface ApiContext extends PostRoutesContext, AccountRoutesContext, ReadingRoutesContext {
  store: Store;
  logger: FastifyBaseLogger;
  is_sign_in_required: boolean;
  trusted_proxies: string | undefined;
}

const CONTRACT = new URL('../../contracts/blog.openapi.yaml', import.meta.url);
export const blogPages: PagesOptions = {
  title: 'Blog API',
  contract: CONTRACT,
  errors: new URL('../../docs/errors.md', import.meta.url),
  service: 'Blog',
  codes: blogErrorCodes,
  has_home: true,
};
/** The largest body: 200,000 characters take at most 800 KB. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const RETRY_AFTER_S = 2;

/** The blog, bound to its contract. */
export async function createApi(context: ApiContext): Promise<FastifyInstance> {
  const handlers: RouteHandlers = {
    ...postRoutes(context),
    ...readingRoutes(context),
    ...accountRoutes(context),
    ...healthRoutes(context),
  };
  const server = await createServer({
    contract: parse(readFileSync(CONTRACT, 'utf8')),
    handlers,
    logger: context.logger,
    body_limit_bytes: BODY_LIMIT_BYTES,
    trusted_proxies: context.trusted_proxies,
    challenge: 'Bearer',
    toProblem,
    async onRequest(request) {
      if (!context.is_sign_in_required) requireLoopbackName(request);
      await context.callers.identify(request);
    },
  });
  await addPages(server, blogPages);
  return server;
}

function toProblem(error: unknown): Problem | undefined {
  if (!isStoreUnavailable(error)) return undefined;
  return commonProblem('unavailable', {
    detail: 'The store cannot be reached. Send the request again.',
    retry_after_s: RETRY_AFTER_S,
    cause: error,
  });
}
