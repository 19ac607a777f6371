import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { traceId } from '../trace/trace.ts';
import { AllowedMethods } from './allowed_methods.ts';
import { answerConnectionError, answerExpectation } from './connection_errors.ts';
import { textFormats } from './formats.ts';
import { commonProblem, Problem } from './problem.ts';
import { requireReadableRequest } from './request_text.ts';
import { traceOf } from './request_trace.ts';

export interface BaseServerOptions {
  logger: FastifyBaseLogger;
  /** Larger bodies are refused with 413. Default 1 MiB. */
  body_limit_bytes?: number;
  /** How long a client may take to send the request line and headers, in ms. Default 10 s. */
  headers_timeout_ms?: number;
  /** How long a client may take to send a whole request, in ms. Default 30 s. */
  request_timeout_ms?: number;
  /** How often connections are checked for both, in ms. Default 1 s: a slow request is cut at most so much later. */
  timeout_check_ms?: number;
  /** Maps an error of the service to its problem, where it knows better than `internal`. */
  toProblem?: (error: unknown, request: FastifyRequest) => Problem | undefined;
  /** Addresses of proxies, separated by commas, whose word for the client's address is taken. */
  trusted_proxies?: string | undefined;
  /** What 401 names in `WWW-Authenticate`: how to say who calls. */
  challenge?: string;
  /** Runs first for every request, also for those without a route; throws a problem to refuse it. */
  onRequest?: (request: FastifyRequest) => void | Promise<void>;
  /** What the detail of 404 ends with: where to find what there is. */
  routes_hint?: string;
}

/** Request line and headers together; more is refused with 431. */
export const HEADERS_BYTES_MAX = 16 * 1024;
/** Longer than the 60 s for which common load balancers keep a connection, so that they close it first. */
const KEEP_ALIVE_MS = 65_000;
/** A connection on which nothing moves, as when a client stops reading, is closed. */
const IDLE_MS = 120_000;

/** An HTTP server without routes: limits, problems instead of plain errors, 404 and 405, request ids and their log. */
export function createBaseServer(options: BaseServerOptions): FastifyInstance {
  const server = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: (raw) => traceOf(raw).request_id,
    childLoggerFactory: (logger, bindings, loggerOptions, raw) =>
      logger.child({ ...bindings, trace_id: traceId(traceOf(raw)) }, loggerOptions),
    bodyLimit: options.body_limit_bytes ?? 1024 * 1024,
    http: {
      maxHeaderSize: HEADERS_BYTES_MAX,
      headersTimeout: options.headers_timeout_ms ?? 10_000,
      connectionsCheckingInterval: options.timeout_check_ms ?? 1_000,
      // Node's own refusal is no problem document; requireReadableRequest checks the header.
      requireHostHeader: false,
    },
    requestTimeout: options.request_timeout_ms ?? 30_000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: IDLE_MS,
    trustProxy: options.trusted_proxies ?? false,
    // Path parts are SKUs and ids; their real bounds are in the contract.
    routerOptions: { maxParamLength: 200 },
    // Formats are for requests: what was stored before a rule remains readable.
    serializerOpts: {
      ajv: { formats: Object.fromEntries(Object.keys(textFormats).map((name) => [name, true])) },
    },
    // Open keep-alive connections must not hold up a stop.
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => answerConnectionError(error, socket),
    // Failures before any route is found, such as a path that cannot be decoded.
    frameworkErrors: (_error, request, reply) => {
      reply.header('x-request-id', request.id);
      sendProblem(reply, commonProblem('invalid_request', { detail: 'The path cannot be decoded.' }));
    },
  });
  server.server.on('checkExpectation', answerExpectation);
  sendErrorsAsProblems(server, options);
  addRequestChecks(server, options);
  server.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const { statusCode: status, elapsedTime } = reply;
    request.log.info(
      { method, route: routeOptions.url, status, duration_ms: Math.round(elapsedTime) },
      'request',
    );
  });
  return server;
}

/** Checks made in `onRequest`, before a body is read: a wrong method is told even when the body is wrong too. */
function addRequestChecks(server: FastifyInstance, { onRequest, routes_hint }: BaseServerOptions): void {
  const methods = new AllowedMethods(server);
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    requireReadableRequest(request.raw);
    await onRequest?.(request);
    if (!request.is404) return;
    const path = request.url.split('?')[0]!;
    const allowed = methods.of(path);
    if (allowed.length === 0) {
      const detail = `There is no ${request.method} ${path}.${routes_hint ? ` ${routes_hint}` : ''}`;
      throw commonProblem('route_not_found', { detail });
    }
    reply.header('allow', allowed.join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    const detail = `${path} does not take ${request.method}. It takes ${allowed.join(', ')}.`;
    throw commonProblem('method_not_allowed', { detail });
  });
}

function sendErrorsAsProblems(
  server: FastifyInstance,
  { toProblem, challenge }: Pick<BaseServerOptions, 'toProblem' | 'challenge'>,
): void {
  server.setErrorHandler(async (error, request, reply) => {
    const problem = describeError(error, request, toProblem);
    if (problem.kind.status >= 500) request.log.error({ err: error, code: problem.code }, 'request failed');
    if (problem.kind.status === 401 && challenge) reply.header('www-authenticate', challenge);
    return sendProblem(reply, problem);
  });
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retry_after_s !== undefined) reply.header('retry-after', String(problem.retry_after_s));
  return reply.code(problem.kind.status).type('application/problem+json').send(JSON.stringify(problem));
}

function describeError(
  error: unknown,
  request: FastifyRequest,
  toProblem: BaseServerOptions['toProblem'],
): Problem {
  if (error instanceof Problem) return error;
  const known = toProblem?.(error, request);
  if (known) return known;
  const { code, statusCode } = error as FastifyError;
  const common = code === undefined ? undefined : fastifyErrors[code];
  if (common) return commonProblem(common);
  if (statusCode === 400) return commonProblem('malformed_json', { detail: 'The body is not valid JSON.' });
  return commonProblem('internal', { cause: error });
}

// https://fastify.dev/docs/latest/Reference/Errors/
const fastifyErrors: Record<string, Parameters<typeof commonProblem>[0]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
  FST_ERR_VALIDATION: 'invalid_request',
};
