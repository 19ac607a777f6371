import type { RouteHandlers } from './generated/contract/fastify.gen.ts';
import type { Store } from './store/store.ts';

/** Health says that the process lives, readiness that it can answer now. */
export function healthRoutes({ store }: { store: Store }): Pick<RouteHandlers, 'getHealth' | 'getReadiness'> {
  return {
    async getHealth(_request, reply) {
      return reply.code(200).send({ status: 'ok' });
    },

    async getReadiness(request, reply) {
      try {
        await store.db.command({ ping: 1 });
        return reply.code(200).send({ status: 'ok', store: 'ok' });
      } catch (error) {
        request.log.warn({ err: error }, 'not ready');
        return reply.code(503).send({ status: 'unavailable', store: 'unavailable' });
      }
    },
  };
}
