import type { Order } from '../src/generated/contract/types.gen.ts';
import type { OffenceKind } from '../src/verify/offences.ts';
import { parcel, payment, type World } from './reconcile.ts';

/** What the damaged order had come to. A declined one has no payment; the others had one, and a parcel if completed. */
export type Past = 'completed' | 'declined' | 'voided' | 'refunded';

/** What a lie of a provider, a lost act or a hand leaves behind, and what must be said of it. */
export interface Damage {
  name: string;
  past: Past;
  damage(order: Order, world: World): Promise<unknown>;
  /** What `verify` must name. */
  verify: OffenceKind[];
  /** What `reconcile` must name, which looks at ended orders and the providers alone. Default the same. */
  reconcile?: OffenceKind[];
}

const ledger = (set: string, kinds: string) => (order: Order, world: World) =>
  world.network.pool.query(`UPDATE payment_entries SET ${set} WHERE order_id = $1 AND kind IN (${kinds})`, [
    order.id,
  ]);
const order = (set: string) => (order: Order, world: World) =>
  world.network.pool.query(`UPDATE orders SET ${set} WHERE id = $1`, [order.id]);
const intent = (set: string) => (order: Order, world: World) =>
  world.network.pool.query(`UPDATE sandbox.payment_intents SET ${set} WHERE metadata ->> 'order_id' = $1`, [
    order.id,
  ]);
const ours = (set: string) => (order: Order, world: World) =>
  world.network.pool.query(`UPDATE shipments SET ${set} WHERE order_id = $1`, [order.id]);
const carriers = (set: string) => (order: Order, world: World) =>
  world.network.pool.query(`UPDATE sandbox.shipments SET ${set} WHERE reference = $1`, [order.id]);

const payments: Damage[] = [
  {
    name: 'a capture that was believed and not made',
    past: 'completed',
    damage: intent(`status = 'requires_capture', amount_received = 0`),
    verify: ['hold_left', 'ledger_differs', 'not_captured_once'],
  },
  {
    name: 'a capture of a hold that had expired',
    past: 'completed',
    damage: intent(`status = 'canceled', amount_received = 0`),
    verify: ['ledger_differs', 'not_captured_once'],
  },
  {
    name: 'a payment that was believed and never confirmed',
    past: 'completed',
    damage: intent(`status = 'requires_payment_method', amount_received = 0`),
    verify: ['ledger_differs', 'not_captured_once'],
  },
  {
    name: 'a payment that the provider does not have',
    past: 'completed',
    damage: ({ id }, { network }) =>
      network.pool.query(`DELETE FROM sandbox.payment_intents WHERE metadata ->> 'order_id' = $1`, [id]),
    verify: ['ledger_differs', 'not_captured_once'],
  },
  {
    name: 'a payment without an id in the whole ledger',
    past: 'completed',
    damage: ledger('intent_id = NULL', `'authorised', 'captured'`),
    verify: ['ledger_differs', 'ledger_wrong'],
  },
  {
    name: 'a hold without an id in the ledger',
    past: 'completed',
    damage: ledger('intent_id = NULL', `'authorised'`),
    verify: ['ledger_wrong'],
  },
  {
    name: 'a hold of one payment and a capture of another in the ledger',
    past: 'completed',
    damage: ledger(`intent_id = 'pi_0'`, `'authorised'`),
    verify: ['ledger_wrong'],
  },
  {
    name: 'less captured than the total',
    past: 'completed',
    damage: intent('amount_received = amount_received - 1'),
    verify: ['not_captured_once'],
  },
  {
    name: 'a capture in another currency',
    past: 'completed',
    damage: intent(`currency = 'usd'`),
    verify: ['not_captured_once'],
  },
  {
    name: 'a ledger with another amount',
    past: 'completed',
    damage: ledger('amount = amount + 1', `'captured'`),
    verify: ['ledger_wrong'],
  },
  {
    name: 'an order whose total was changed after its capture',
    past: 'completed',
    damage: order('total_amount = total_amount + 1'),
    verify: ['ledger_wrong', 'not_captured_once', 'total_differs'],
    reconcile: ['ledger_wrong', 'not_captured_once'],
  },
  {
    name: 'a line whose price was changed after the order was taken',
    past: 'completed',
    damage: ({ id }, { network }) =>
      network.pool.query('UPDATE order_lines SET unit_price = unit_price + 1 WHERE order_id = $1', [id]),
    verify: ['total_differs'],
    reconcile: [],
  },
  {
    name: 'a second payment of the same order, captured',
    past: 'completed',
    damage: ({ id }, { stripe }) => stripe.paymentIntents.create(payment(id, 'automatic')),
    verify: ['not_captured_once'],
  },
  {
    name: 'a second payment of the same order, held',
    past: 'completed',
    damage: ({ id }, { stripe }) => stripe.paymentIntents.create(payment(id, 'manual')),
    verify: ['hold_left'],
  },
  {
    name: 'a completed order that was refunded',
    past: 'completed',
    damage: async ({ id }, { stripe }) => {
      const { data } = await stripe.paymentIntents.search({ query: `metadata['order_id']:'${id}'` });
      await stripe.refunds.create({ payment_intent: data[0]!.id });
    },
    verify: ['ledger_differs', 'not_captured_once'],
  },
  {
    name: 'a cancel that was believed and left the hold',
    past: 'voided',
    damage: intent(`status = 'requires_capture', canceled_at = NULL`),
    verify: ['hold_left', 'ledger_differs'],
  },
  {
    name: 'a hold that was captured after it was believed canceled',
    past: 'voided',
    damage: intent(`status = 'succeeded', amount_received = amount`),
    verify: ['ledger_differs', 'money_kept'],
  },
  {
    name: 'a hold of an order whose payment was believed declined',
    past: 'declined',
    damage: ({ id }, { stripe }) => stripe.paymentIntents.create(payment(id, 'manual')),
    verify: ['hold_left'],
  },
  {
    name: 'a refund that failed after it had succeeded',
    past: 'refunded',
    damage: async ({ id }, { network, stripe }) => {
      const { data } = await stripe.paymentIntents.search({ query: `metadata['order_id']:'${id}'` });
      const { data: refunds } = await stripe.refunds.list({ payment_intent: data[0]!.id });
      await network.sandbox.call('POST', `/refunds/${refunds[0]!.id}/status`, { status: 'failed' });
    },
    verify: ['ledger_differs', 'money_kept'],
  },
  {
    name: 'a refund of a part',
    past: 'refunded',
    damage: ({ id }, { network }) =>
      network.pool.query(
        `UPDATE sandbox.refunds SET amount = amount - 1 WHERE payment_intent =
         (SELECT id FROM sandbox.payment_intents WHERE metadata ->> 'order_id' = $1)`,
        [id],
      ),
    verify: ['ledger_differs', 'money_kept'],
  },
  {
    name: 'a refund in the ledger that names no payment',
    past: 'refunded',
    damage: ledger('intent_id = NULL', `'refunded'`),
    verify: ['ledger_differs', 'ledger_wrong'],
  },
];

const parcels: Damage[] = [
  {
    name: 'a label that was believed and never bought',
    past: 'completed',
    damage: carriers('bought_ms = NULL, rate_index = NULL'),
    verify: ['parcel_missing'],
  },
  {
    name: 'a tracking code that is missing',
    past: 'completed',
    damage: ours('tracking_code = NULL'),
    verify: ['parcel_differs'],
  },
  {
    name: 'a tracking code of another parcel',
    past: 'completed',
    damage: ours(`tracking_code = 'EZ0'`),
    verify: ['parcel_differs'],
  },
  {
    name: 'a parcel with another id',
    past: 'completed',
    damage: ours(`provider_id = 'shp_0'`),
    verify: ['parcel_differs'],
  },
  {
    name: 'a completed order without a shipment of ours',
    past: 'completed',
    damage: ({ id }, { network }) => network.pool.query('DELETE FROM shipments WHERE order_id = $1', [id]),
    verify: ['parcel_differs'],
  },
  {
    name: 'a completed order whose parcel was given back',
    past: 'completed',
    damage: carriers(`refund_status = 'submitted'`),
    verify: ['parcel_missing'],
  },
  {
    name: 'two parcels of one order',
    past: 'completed',
    damage: ({ id }, world) => parcel(id, world),
    verify: ['parcel_twice'],
  },
  {
    name: 'a parcel that is live after the order was cancelled',
    past: 'voided',
    damage: ({ id }, world) => parcel(id, world),
    verify: ['parcel_left'],
  },
  {
    name: 'a parcel whose refund the carrier rejected later',
    past: 'voided',
    damage: async ({ id }, world) => {
      const { id: provider_id } = await parcel(id, world);
      await world.easypost.Shipment.refund(provider_id);
      await world.network.sandbox.call('POST', `/parcels/${provider_id}/refund`, { status: 'rejected' });
    },
    verify: ['parcel_left'],
  },
];

const orders: Damage[] = [
  {
    name: 'an order that was accepted, and that nothing carries',
    past: 'completed',
    damage: ({ id }, { network }) =>
      network.pool.query(
        `INSERT INTO orders SELECT (jsonb_populate_record(orders, jsonb_build_object('id', orders.id || '0',
           'slot', orders.slot + 1, 'status', 'pending', 'stage', 'accepted', 'ended_at', NULL))).*
         FROM orders WHERE id = $1`,
        [id],
      ),
    verify: ['events_gap', 'key_missing', 'order_lost'],
    reconcile: [],
  },
];

export const damages: readonly Damage[] = [...payments, ...parcels, ...orders];
