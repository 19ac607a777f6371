import type pg from 'pg';
import type { RouteHandlers } from './generated/contract/fastify.gen.ts';
import { countOutbox } from './outbox/outbox.queries.ts';

/** Health says that the process lives, readiness that it can take orders now. */
export function healthRoutes({ pool }: { pool: pg.Pool }): Pick<RouteHandlers, 'getHealth' | 'getReadiness'> {
  return {
    async getHealth(_request, reply) {
      return reply.code(200).send({ status: 'ok' });
    },

    async getReadiness(request, reply) {
      try {
        const [count] = await countOutbox.run(undefined, pool);
        return reply.code(200).send({ status: 'ok', database: 'ok', waiting_to_start: count?.waiting ?? 0 });
      } catch (error) {
        request.log.warn({ err: error }, 'not ready');
        return reply.code(503).send({ status: 'unavailable', database: 'unavailable' });
      }
    },
  };
}
