import helmet from '@fastify/helmet';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import openapiGlue from 'fastify-openapi-glue';
import { commonProblem, Problem } from './problem.ts';
import { createValidatorCompiler, toValidationProblem } from './validation.ts';

export interface ServerOptions {
  /** The parsed OpenAPI document; each `operationId` needs a handler of that name. */
  contract: object;
  handlers: object;
  logger: FastifyBaseLogger;
  /** Larger bodies are refused with 413. */
  body_limit_bytes: number;
  /** Turns an error of the service into the problem to tell, where it knows better than `internal`. */
  toProblem?: (error: unknown) => Problem | undefined;
  /** Addresses of proxies, separated by commas, whose word for the client's address is taken. */
  trusted_proxies?: string | undefined;
  /** What 401 names in `WWW-Authenticate`: how to say who calls. */
  challenge?: string;
  /** Runs first for every request; throws a problem to refuse it. */
  onRequest?: (request: FastifyRequest) => void | Promise<void>;
}

/** An HTTP server whose routes, validation and answers are bound to a contract. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.body_limit_bytes,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    trustProxy: options.trusted_proxies ?? false,
    // Path parts are SKUs and ids; their real bounds stand in the contract.
    routerOptions: { maxParamLength: 200 },
    // Open keep-alive connections must not hold up a stop.
    forceCloseConnections: 'idle',
    // Failures before any route is found, such as an address that cannot be decoded.
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, commonProblem('invalid_request', { detail: 'The address cannot be read.' }));
    },
  });
  server.setValidatorCompiler(createValidatorCompiler());
  server.setErrorHandler(async (error, request, reply) => {
    const problem = describeError(error, options.toProblem);
    if (problem.kind.status >= 500) request.log.error({ err: error, code: problem.code }, 'request failed');
    if (problem.kind.status === 401 && options.challenge) reply.header('www-authenticate', options.challenge);
    return sendProblem(reply, problem);
  });
  server.setNotFoundHandler((request, reply) => {
    const problem = commonProblem('route_not_found', {
      detail: `There is no ${request.method} ${request.url.split('?')[0]}. /docs lists what there is.`,
    });
    sendProblem(reply, problem);
  });
  const { onRequest } = options;
  if (onRequest) server.addHook('onRequest', async (request) => onRequest(request));
  const needs_body = operationsWithBody(options.contract);
  // Validation looks at a body by its type, so at none where there is none.
  server.addHook('preValidation', async (request) => {
    const { operationId } = (request.routeOptions.schema ?? {}) as { operationId?: string };
    if (request.body === undefined && operationId !== undefined && needs_body.has(operationId)) {
      throw commonProblem('malformed_json', { detail: 'The request has no body.' });
    }
  });
  await server.register(helmet, { global: true });
  server.removeContentTypeParser('text/plain');
  keepRawBodies(server);
  // Answers come in these types, requests never do; the contract's reader wants them known all the same.
  for (const type of mediaTypes(options.contract)) {
    if (server.hasContentTypeParser(type)) continue;
    server.addContentTypeParser(type, (_request, _payload, done) =>
      done(commonProblem('unsupported_media_type')),
    );
  }
  await server.register(openapiGlue, { specification: options.contract, serviceHandlers: options.handlers });
  return server;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, which signatures are made of; of operations with `keepsRawBody`. */
    raw_body?: Buffer;
  }
  interface FastifyContextConfig {
    keepsRawBody?: boolean;
  }
}

function keepRawBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.config.keepsRawBody) request.raw_body = body as Buffer;
    return parse(request, body.toString(), done);
  });
}

/** Names of the operations that have no meaning without a body. */
function operationsWithBody(contract: { paths?: Record<string, object> }): Set<string> {
  const operations = Object.values(contract.paths ?? {}).flatMap((path) => Object.values(path));
  return new Set(
    operations
      .filter((operation) => operation.requestBody?.required)
      .map((operation) => operation.operationId as string),
  );
}

function mediaTypes(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => [
    ...(key === 'content' && typeof value === 'object'
      ? Object.keys(value ?? {}).filter((type) => type.includes('/'))
      : []),
    ...mediaTypes(value),
  ]);
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retry_after_s !== undefined) reply.header('retry-after', String(problem.retry_after_s));
  return reply.code(problem.kind.status).type('application/problem+json').send(JSON.stringify(problem));
}

function describeError(error: unknown, toProblem: ServerOptions['toProblem']): Problem {
  if (error instanceof Problem) return error;
  const { validation, validationContext, code, statusCode } = error as FastifyError;
  if (validation) return toValidationProblem(validation, validationContext ?? 'body');
  const known = toProblem?.(error);
  if (known) return known;
  const common = code === undefined ? undefined : fastifyErrors[code];
  if (common) return commonProblem(common);
  if (statusCode === 400) return commonProblem('malformed_json', { detail: 'The body is not valid JSON.' });
  return commonProblem('internal', { cause: error });
}

// https://fastify.dev/docs/latest/Reference/Errors/
const fastifyErrors: Record<string, Parameters<typeof commonProblem>[0]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
};
