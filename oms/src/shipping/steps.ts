import type pg from 'pg';
import type { Steps } from '../engine/engine.ts';
import type { RetryPolicies } from '../engine/policies.ts';
import { readAtStage, readOrder } from '../orders/store.ts';
import type { Carrier } from './carrier.ts';
import { beginBooking, recordBooked, recordShipmentCancelled } from './shipping.queries.ts';

interface ShippingStepsContext {
  pool: pg.Pool;
  policies: RetryPolicies;
  carrier: Carrier;
}

export function shippingSteps(context: ShippingStepsContext): Steps {
  const policy = context.policies.provider;
  return {
    arrange_shipping: { policy, run: ({ order_id }, { number }) => book(context, order_id, number) },
    cancel_shipping: { policy, run: ({ order_id }) => giveBack(context, order_id) },
  };
}

/** The parcel's id is kept before it is bought: whatever becomes of the answer, it can be found and taken back. */
async function book(
  { pool, carrier }: ShippingStepsContext,
  order_id: string,
  attempt: number,
): Promise<void> {
  const order = await readAtStage(pool, order_id, 'authorised');
  if (!order) return;
  const known = order.shipment;
  const booking = known ?? (await beginBooking.run(
    { order_id, ...(await carrier.offer({ order_id, address: order.shipping_address })) },
    pool,
  ))[0]!; // biome-ignore format: one expression
  const ask_first = attempt > 1 || known !== null;
  const { tracking_code } = await carrier.buy(booking, { ask_first });
  await recordBooked.run({ order_id, tracking_code }, pool);
}

async function giveBack({ pool, carrier }: ShippingStepsContext, order_id: string): Promise<void> {
  const { shipment } = await readOrder(pool, order_id);
  if (!shipment || shipment.status === 'cancelled') return;
  await carrier.giveBack(shipment, { in_doubt: shipment.status === 'booking' });
  await recordShipmentCancelled.run({ order_id }, pool);
}
