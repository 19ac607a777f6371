import type pg from 'pg';
import type { StepAttempt, StepInput, Steps } from '../engine/engine.ts';
import { StepError } from '../errors.ts';
import { readBefore, readOrder, type StepOrder } from '../orders/store.ts';
import type { Carrier, Offer } from './carrier.ts';
import { recordNews } from './news.ts';
import { recordGivenBack } from './record.ts';
import { beginBooking, recordBooked, recordOverdue, tellDelivered } from './shipping.queries.ts';
import { isDeliveryEnd, OVERDUE_EVENT } from './tracking.ts';

interface ShippingStepsContext {
  pool: pg.Pool;
  carrier: Carrier;
}

export function shippingSteps(context: ShippingStepsContext): Steps {
  return {
    arrange_shipping: (input, attempt) => book(context, input, attempt),
    cancel_shipping: ({ order_id }) => giveBack(context, order_id),
    confirm_delivery: ({ order_id }) => confirm(context, order_id),
    check_delivery: (input) => check(context, input),
  };
}

/** The parcel's id is kept before it is bought: whatever becomes of the answer, it can be found and taken back. */
async function book(context: ShippingStepsContext, input: StepInput, attempt: StepAttempt): Promise<void> {
  const { pool, carrier } = context;
  const { order_id } = input;
  const order = await readBefore(pool, input, 'shipped');
  if (!order) return;
  const known = order.shipment;
  if (!known) attempt.report('asking for rates');
  const { from } = order;
  const booking =
    known ?? (await beginBooking.run({ order_id, from, ...(await offer(context, order)) }, pool))[0];
  if (!booking) {
    throw new StepError('unknown', 'step_failed', 'The order moved on while its parcel was offered.');
  }
  attempt.report(`buying parcel ${booking.provider_id}`);
  const ask_first = attempt.number > 1 || known !== null;
  const { tracking_code } = await carrier.buy({ ...booking, order_id }, { ask_first });
  attempt.report(`bought parcel ${booking.provider_id}`);
  await recordBooked.run({ order_id, from, tracking_code }, pool);
}

function offer({ carrier }: ShippingStepsContext, order: StepOrder): Promise<Offer> {
  return carrier.offer({ order_id: order.id, address: order.shipping_address });
}

async function giveBack({ pool, carrier }: ShippingStepsContext, order_id: string): Promise<void> {
  const { shipment } = await readOrder(pool, order_id);
  if (!shipment || shipment.status === 'cancelled') return;
  await carrier.giveBack({ ...shipment, order_id }, { in_doubt: shipment.status === 'booking' });
  await recordGivenBack(pool, order_id);
}

/** @throws StepError `declined`, with where the parcel is as its code, when it is not delivered */
async function confirm({ pool }: ShippingStepsContext, order_id: string): Promise<void> {
  const { shipment } = await readOrder(pool, order_id);
  const status = shipment?.tracking_status ?? 'pre_transit';
  if (status === 'delivered') return;
  throw new StepError('declined', status, `The parcel is ${status}.`);
}

/** Without an estimate of the carrier's, a parcel is late after so many days. */
const OVERDUE_AFTER_DAYS = 7;

async function check({ pool, carrier }: ShippingStepsContext, { order_id, days }: StepInput): Promise<void> {
  const { shipment } = await readOrder(pool, order_id);
  if (!shipment) return;
  // Its message came before the workflow began, which it then did not reach.
  if (isDeliveryEnd(shipment.tracking_status)) {
    await tellDelivered.run({ order_id }, pool);
    return;
  }
  const news = await carrier.track(shipment);
  await recordNews(pool, news);
  if (isDeliveryEnd(news.status)) return;
  const { expected_at } = news;
  const isLate = expected_at ? expected_at.getTime() < Date.now() : Number(days) >= OVERDUE_AFTER_DAYS;
  if (!isLate) return;
  const event_data = {
    days: Number(days),
    status: news.status,
    expected_at: expected_at?.toISOString() ?? null,
  };
  await recordOverdue.run({ order_id, event_type: OVERDUE_EVENT, event_data }, pool);
}
