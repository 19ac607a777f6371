import { OperatorError } from '@oms/kit/operator_error.ts';
import Fastify from 'fastify';
import type { Config } from '../config/config.ts';

/** Answers `/health` for a process that has no API, so that whatever watches over it can ask. */
export async function startHealthServer({ host, metrics_port: port }: Config) {
  const server = Fastify({ forceCloseConnections: true });
  server.get('/health', async () => ({ status: 'ok' }));
  try {
    const url = await server.listen({ host, port });
    return { url: `${url}/health`, stop: () => server.close() };
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'EADDRINUSE') throw cause;
    throw new OperatorError(
      `Port ${port} is taken. Stop what uses it, or set ORDERPROCESSING_METRICS_PORT; 0 takes a free one.`,
      { cause },
    );
  }
}
