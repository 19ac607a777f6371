import { createBaseServer } from '@oms/kit/http/base_server.ts';
import { listen } from '@oms/kit/http/listen.ts';
import { isLoopback, requireLoopbackName } from '@oms/kit/http/loopback.ts';
import type { FastifyBaseLogger } from 'fastify';
import { trustKey } from '../callers.ts';
import type { Config } from '../config/config.ts';
import { readPayloadKeys } from '../config/payload_keys.ts';
import { requireTemporalPackages } from '../temporal_packages.ts';
import { findApiKey } from './database.ts';

export interface OperationsOptions {
  config: Config;
  /** What `/metrics` answers. */
  metrics(): Promise<string>;
  logger: FastifyBaseLogger;
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * What whoever runs a worker asks it: `/health`, `/metrics`, and `/decode` where payloads are encrypted.
 * @returns its address
 */
export async function startOperationsServer({ config, metrics, logger }: OperationsOptions) {
  const { host, metrics_port: port, temporal_payload_keys } = config;
  const server = createBaseServer({
    logger,
    routes_hint: 'There are /health and /metrics.',
    onRequest(request) {
      if (isLoopback(host)) requireLoopbackName(request);
    },
  });
  server.get('/health', async () => ({ status: 'ok' }));
  server.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(await metrics()));
  if (temporal_payload_keys) {
    const keys = readPayloadKeys(temporal_payload_keys);
    requireTemporalPackages();
    const { serveDecode } = await import('../engine/temporal/decode_endpoint.ts');
    const isTrusted = trustKey(findApiKey(config));
    await server.register((scope) => serveDecode(scope, { keys, isTrusted, origins: originsOf(config) }));
  }
  const settings = { host: 'ORDERPROCESSING_HOST', port: 'ORDERPROCESSING_METRICS_PORT' };
  const url = await listen(server, { host, port }, settings);
  return { url, stop: () => server.close() };
}

function originsOf({ temporal_ui_url, temporal_ui_port }: Config): string[] {
  if (temporal_ui_url) return [new URL(temporal_ui_url).origin];
  return ['127.0.0.1', 'localhost'].map((name) => `http://${name}:${temporal_ui_port}`);
}
