import type pg from 'pg';
import type { Steps } from '../engine/engine.ts';
import type { RetryPolicies } from '../engine/policies.ts';
import { StepError } from '../errors.ts';
import { readAtStage, readOrder, type StepOrder } from '../orders/store.ts';
import type { Carrier, Offer } from './carrier.ts';
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
async function book(context: ShippingStepsContext, order_id: string, attempt: number): Promise<void> {
  const { pool, carrier } = context;
  const order = await readAtStage(pool, order_id, 'authorised');
  if (!order) return;
  const known = order.shipment;
  const booking = known ?? (await beginBooking.run({ order_id, ...(await offer(context, order)) }, pool))[0];
  if (!booking) {
    throw new StepError('unknown', 'step_failed', 'The order moved on while its parcel was offered.');
  }
  const ask_first = attempt > 1 || known !== null;
  const { tracking_code } = await carrier.buy(booking, { ask_first });
  await recordBooked.run({ order_id, tracking_code }, pool);
}

function offer({ carrier }: ShippingStepsContext, order: StepOrder): Promise<Offer> {
  return carrier.offer({ order_id: order.id, address: order.shipping_address });
}

async function giveBack({ pool, carrier }: ShippingStepsContext, order_id: string): Promise<void> {
  const { shipment } = await readOrder(pool, order_id);
  if (!shipment || shipment.status === 'cancelled') return;
  await carrier.giveBack(shipment, { in_doubt: shipment.status === 'booking' });
  await recordShipmentCancelled.run({ order_id }, pool);
}
