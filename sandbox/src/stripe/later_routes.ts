import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { problem } from '../problem.ts';
import { firstRow } from './changes.ts';
import { type PaymentIntentRow, toPaymentIntent } from './payment_intent.ts';
import { type RefundRow, toRefund } from './refunds.ts';
import { EXPIRE_INTENT, SETTLE_REFUND } from './statements.ts';

/** On request, what Stripe does by itself days later: a refund ends, a hold expires. */
export function serveLaterChanges(app: FastifyInstance, pool: pg.Pool): void {
  app.post<{ Params: { id: string } }>('/refunds/:id/status', async (request, reply) => {
    const status = (request.body as { status?: unknown } | undefined)?.status;
    if (status !== 'succeeded' && status !== 'failed') {
      const errors = [{ field: 'status', message: 'must be one of succeeded, failed' }];
      return problem(reply, 400, 'invalid_status', 'The status is not valid.', errors);
    }
    const row = await firstRow<RefundRow>(pool, SETTLE_REFUND, [request.params.id, status]);
    if (row) return toRefund(row);
    return problem(
      reply,
      409,
      'refund_not_changeable',
      'There is no such refund, or it has that status, or failed.',
    );
  });

  // https://docs.stripe.com/payments/place-a-hold-on-a-payment-method: seven days for most cards
  app.post<{ Params: { id: string } }>('/payments/:id/expiry', async (request, reply) => {
    const now_s = Math.floor(Date.now() / 1000);
    const row = await firstRow<PaymentIntentRow>(pool, EXPIRE_INTENT, [request.params.id, now_s]);
    if (row) return toPaymentIntent(row);
    return problem(reply, 409, 'hold_not_found', 'There is no such payment, or it holds nothing.');
  });
}
