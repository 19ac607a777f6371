import type { FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import type { CarrierEvent } from '../generated/contract/types.gen.ts';
import { orderProblem } from '../orders/errors.ts';
import { toNews } from './easypost_news.ts';
import { isSignedBy } from './easypost_signature.ts';
import { type NewsOutcome, recordNews } from './news.ts';

export interface ShippingRoutesContext {
  pool: pg.Pool;
  easypost_webhook_secret: string | undefined;
  /** Called when something has been put into the outbox. */
  onOutbox: () => void;
}

/** What the carrier tells by itself. */
export function shippingRoutes(context: ShippingRoutesContext): Pick<RouteHandlers, 'receiveCarrierEvent'> {
  return {
    async receiveCarrierEvent(request, reply) {
      requireSignature(request, context.easypost_webhook_secret);
      const outcome = await take(context.pool, request.body);
      if (outcome === 'recorded') context.onOutbox();
      return reply.code(200).send({ outcome });
    },
  };
}

/** What is about no parcel of ours is taken all the same, or the carrier would send it again and again. */
async function take(pool: pg.Pool, { description, result }: CarrierEvent): Promise<NewsOutcome> {
  if (!TOLD_OF_TRACKERS.has(description) || !result.status) return 'ignored';
  return recordNews(pool, toNews({ ...result, status: result.status }));
}

const TOLD_OF_TRACKERS = new Set(['tracker.created', 'tracker.updated']);

/** @throws Problem when the body was not signed with the secret */
function requireSignature({ raw_body, headers }: FastifyRequest<object>, secret: string | undefined): void {
  if (!secret) {
    throw orderProblem('webhook_not_configured', {
      detail: 'The service has no ORDERPROCESSING_EASYPOST_WEBHOOK_SECRET.',
    });
  }
  const signature = headers['x-hmac-signature'];
  if (typeof signature !== 'string') {
    throw orderProblem('signature_wrong', { detail: 'There is no signature.' });
  }
  if (!isSignedBy(secret, raw_body ?? Buffer.alloc(0), signature)) {
    throw orderProblem('signature_wrong', { detail: 'The signature is not of this body.' });
  }
}
