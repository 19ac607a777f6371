import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import openapiGlue from 'fastify-openapi-glue';
import { type BaseServerOptions, createBaseServer } from './base_server.ts';
import { readUtf8, requirePlainJson } from './json.ts';
import { commonProblem } from './problem.ts';
import { addValidation } from './validation.ts';
import { addConditionalReads } from './versions.ts';

export interface ServerOptions extends BaseServerOptions {
  /** The parsed OpenAPI document; each `operationId` needs a handler of that name. */
  contract: Contract;
  handlers: object;
}

interface Contract extends Record<string, unknown> {
  paths?: Record<string, object>;
}

/** An HTTP server whose routes, validation and answers are bound to a contract. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { contract, handlers } = options;
  const server = createBaseServer({ routes_hint: '/docs lists what there is.', ...options });
  const operations = operationsOf(contract);
  addValidation(server, {
    needs_body: new Set(operations.filter((it) => it.requestBody?.required).map((it) => it.operationId)),
  });
  addConditionalReads(
    server,
    new Set(operations.filter((it) => it.responses?.['200']?.headers?.ETag).map((it) => it.operationId)),
  );
  await server.register(helmet, { global: true });
  server.removeContentTypeParser('text/plain');
  parseJson(server);
  // Answers come in these types, requests never do; the contract's reader wants them known all the same.
  for (const type of mediaTypes(contract)) {
    if (server.hasContentTypeParser(type)) continue;
    server.addContentTypeParser(type, (_request, _payload, done) =>
      done(commonProblem('unsupported_media_type')),
    );
  }
  await server.register(openapiGlue, { specification: contract, serviceHandlers: handlers });
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

function parseJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.config.keepsRawBody) request.raw_body = body;
    // Whether there must be a body is the operation's to say.
    if (body.length === 0) return done(null);
    let parsed: unknown;
    try {
      const text = readUtf8(body);
      parse(request, text, (error, value) => {
        if (error) throw error;
        parsed = value;
      });
      requirePlainJson(text, parsed);
      done(null, parsed);
    } catch (error) {
      done(error as Error);
    }
  });
}

interface Operation {
  operationId: string;
  requestBody?: { required?: boolean };
  responses?: Record<string, { headers?: Record<string, object> }>;
}

function operationsOf({ paths = {} }: Contract): Operation[] {
  return Object.values(paths)
    .flatMap((path) => Object.values(path))
    .filter((operation) => operation.operationId !== undefined);
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
