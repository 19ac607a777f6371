import cors from '@fastify/cors';
import { commonProblem } from '@oms/kit/http/problem.ts';
import type { Payload } from '@temporalio/common';
import { ValueError } from '@temporalio/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IsTrusted } from '../../callers.ts';
import { EncryptionCodec, type PayloadKeys } from './codec.ts';

export interface DecodeOptions {
  keys: PayloadKeys;
  isTrusted: IsTrusted;
  /** The pages that may ask, such as `http://127.0.0.1:8233`. */
  origins: string[];
}

/** As much as Temporal itself sends at once, in base64. */
const BODY_LIMIT_BYTES = 6 * 1024 * 1024;
const PAYLOADS_MAX = 1_000;

interface WirePayload {
  metadata?: Record<string, string>;
  data?: string;
}

const base64 = { type: 'string', pattern: '^[A-Za-z0-9+/_-]*={0,2}$' };
const body = {
  type: 'object',
  required: ['payloads'],
  properties: {
    payloads: {
      type: 'array',
      maxItems: PAYLOADS_MAX,
      items: {
        type: 'object',
        properties: { metadata: { type: 'object', additionalProperties: base64 }, data: base64 },
      },
    },
  },
};

/**
 * Decrypts payloads for Temporal's command line and user interface, which show them then.
 * https://docs.temporal.io/remote-data-encoding
 */
export async function serveDecode(server: FastifyInstance, options: DecodeOptions): Promise<void> {
  const codec = new EncryptionCodec(options.keys);
  await server.register(cors, {
    origin: options.origins,
    methods: ['POST'],
    allowedHeaders: ['authorization', 'content-type', 'x-api-key', 'x-namespace'],
    credentials: true,
  });
  server.post<{ Body: { payloads: WirePayload[] } }>('/decode', {
    schema: { body },
    bodyLimit: BODY_LIMIT_BYTES,
    onRequest: async (request) => requireKey(request, options.isTrusted),
    async handler(request) {
      try {
        return { payloads: (await codec.decode(request.body.payloads.map(fromWire))).map(toWire) };
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        throw commonProblem('invalid_request', { detail: error.message, cause: error });
      }
    },
  });
}

function requireKey({ headers }: FastifyRequest, isTrusted: IsTrusted): void {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (isTrusted(bearer ?? (headers['x-api-key'] as string | undefined))) return;
  throw commonProblem('unauthenticated', {
    detail: 'Send the key of this service: Authorization: Bearer, or X-API-Key.',
  });
}

function fromWire({ metadata = {}, data = '' }: WirePayload): Payload {
  const entries = Object.entries(metadata).map(
    ([name, value]) => [name, Buffer.from(value, 'base64')] as const,
  );
  return { metadata: Object.fromEntries(entries), data: Buffer.from(data, 'base64') };
}

function toWire({ metadata, data }: Payload): WirePayload {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, toBase64(value)] as const);
  return { metadata: Object.fromEntries(entries), data: toBase64(data) };
}

function toBase64(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('base64');
}
