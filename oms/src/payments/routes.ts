import type pg from 'pg';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import { notFound } from '../orders/errors.ts';
import type { HandWork } from '../orders/hand_work.ts';
import { findStepOrder } from '../orders/store.ts';
import { prove } from './proof.ts';
import type { PaymentRecords } from './record.ts';

export interface PaymentRoutesContext {
  pool: pg.Pool;
  by_hand: { payments: HandWork<PaymentRecords> };
}

export function paymentRoutes({
  pool,
  by_hand,
}: PaymentRoutesContext): Pick<RouteHandlers, 'getOrderPayment'> {
  return {
    async getOrderPayment(request, reply) {
      const { order_id } = request.params;
      const order = await findStepOrder(pool, order_id);
      if (!order) throw notFound(`order ${order_id}`);
      return reply.code(200).send(prove(order, await by_hand.payments.look(order)));
    },
  };
}
