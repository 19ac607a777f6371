import fc from 'fast-check';
import { putCustomer } from '../../../src/customers/customers.queries.ts';
import * as idempotency from '../../../src/idempotency/idempotency.queries.ts';
import * as inventory from '../../../src/inventory/inventory.queries.ts';
import * as attention from '../../../src/orders/attention.queries.ts';
import { stages } from '../../../src/orders/order.ts';
import * as orders from '../../../src/orders/orders.queries.ts';
import * as outages from '../../../src/outages/outages.queries.ts';
import * as outbox from '../../../src/outbox/outbox.queries.ts';
import * as payments from '../../../src/payments/payments.queries.ts';
import * as shipping from '../../../src/shipping/shipping.queries.ts';
import * as verify from '../../../src/verify/verify.queries.ts';

/** A statement with values, to be run on two databases. */
export interface Command {
  name: string;
  query: object;
  parameters: object | undefined;
}

/** Takes the place of the order's stage. */
export const NOW = 'now';

const ids = ['ord_01aaaaaaaaaaaaaaaaaaaaaaaa', 'ord_01bbbbbbbbbbbbbbbbbbbbbbbb'];
export const skus = ['CUP', 'JAR'];
const id = fc.constantFrom(...ids);
const sku = fc.constantFrom(...skus);
const key = fc.constantFrom('k1', 'k2', 'k3');
const quantity = fc.integer({ min: 1, max: 4 });
const stage = fc.constantFrom(...Object.keys(stages));
/** Mostly the stage that the order is in when the statement is run. */
const from = fc.oneof({ weight: 4, arbitrary: fc.constant(NOW) }, { weight: 1, arbitrary: stage });
const provider = fc.constantFrom('payment_provider', 'carrier');
const way = fc.constantFrom('inventory_first', 'payment_first');
const reason = { code: fc.constantFrom('a', 'b'), detail: fc.constantFrom('c', 'd') };
const event = { event_type: fc.constant('order.tested'), event_data: fc.constant({ is: 'so' }) };

const lines = fc
  .uniqueArray(fc.tuple(sku, quantity), { minLength: 1, maxLength: 2, selector: ([sku]) => sku })
  .map((lines) => ({
    skus: lines.map(([sku]) => sku),
    quantities: lines.map(([, quantity]) => quantity),
    unit_prices: lines.map(() => 100),
  }));

const accepted = fc.record({
  ...{ id, idempotency_key: key, agreed: fc.boolean(), lines },
  customer_id: fc.constantFrom(null, 'cus_1', 'cus_2'),
  currency: fc.constantFrom('GBP', 'GBP', 'GBP', 'USD'),
});

type Parameters = fc.Arbitrary<object> | Record<string, fc.Arbitrary<unknown>>;

function command(name: string, query: object, parameters: Parameters = {}): fc.Arbitrary<Command> {
  const given = 'generate' in parameters ? (parameters as fc.Arbitrary<object>) : fc.record(parameters);
  return given.map((parameters) => ({
    ...{ name, query, parameters },
    [fc.toStringMethod]: () => `${name} ${JSON.stringify(parameters)}`,
  }));
}

const versions = fc.option(fc.array(fc.constantFrom(1, 2, 3), { maxLength: 2 }), { freq: 2 });
const conditions = {
  must_exist: fc.boolean(),
  must_not_exist: fc.constantFrom(false, false, true),
  if_versions: versions,
  if_not_versions: versions,
};

const common: fc.Arbitrary<Command>[] = [
  command('PutProduct', inventory.putProduct, {
    ...{ sku, name: fc.constant('Thing'), unit_price: fc.constantFrom(100, 100, 200) },
    ...{ currency: fc.constant('GBP'), ...conditions },
  }),
  command('ReceiveStock', inventory.receiveStock, { sku, quantity }),
  command('PutCustomer', putCustomer, {
    ...{ id: fc.constant('cus_1'), name: fc.constant('Ada'), ...conditions },
  }),
  command(
    'AcceptOrder',
    orders.acceptOrder,
    accepted.map(({ agreed, lines, ...rest }) => ({
      ...{ ...rest, ...lines, agreed: lines.skus.map(() => agreed) },
      ...{ slot: 1, total_amount: 100, shipping_address: { city: 'London' }, payment_method: 'pm' },
      ...{ created_at: new Date(), event_data: {}, request_hash: 'h' },
      ...{ answer_status: 202, answer_etag: '"1"', answer_body: `{"id":"${rest.id}"}` },
    })),
  ),
  command('AdvanceOrder', orders.advanceOrder, {
    ...{ id, from, stage: fc.constant('validated'), ...event },
    ...{ status: fc.constant('processing'), way },
  }),
  command('ReserveStock', inventory.reserveStock, {
    ...{ order_id: id, from },
    time_to_live_ms: fc.constantFrom(-60_000, 60_000),
  }),
  command('RecordEntry', payments.recordEntry, {
    ...{ order_id: id, kind: fc.constantFrom('declined', 'authorised', 'captured', 'voided', 'refunded') },
    ...{ amount: fc.constant(100), currency: fc.constant('GBP'), provider_id: fc.constant('p'), ...event },
    ...{ intent_id: fc.constantFrom(null, 'pi'), idempotency_key: fc.constant('k') },
    ...{ from: fc.option(from), stage: fc.constantFrom('authorised', 'captured') },
  }),
  command('BeginBooking', shipping.beginBooking, {
    ...{ order_id: id, from, provider_id: fc.constantFrom('shp_1', 'shp_2') },
    ...{ rate_id: fc.constant('r'), carrier: fc.constant('c'), service: fc.constant('s') },
  }),
  command('RecordBooked', shipping.recordBooked, {
    order_id: id,
    from: stage,
    tracking_code: fc.constant('t'),
  }),
  command('CompleteOrder', orders.completeOrder, { id, track: fc.boolean() }),
  command(
    'AmendOrder',
    orders.amendOrder,
    fc.tuple(id, lines).map(([id, lines]) => ({
      ...{ id, ...lines, total_amount: 300, shipping_address: { city: 'Paris' }, event_data: {} },
    })),
  ),
];

const rare: fc.Arbitrary<Command>[] = [
  command('RecordShipmentCancelled', shipping.recordShipmentCancelled, { order_id: id, ...event }),
  command('RequestCancel', orders.requestCancel, { id, ...reason }),
  command('BeginUnwinding', orders.beginUnwinding, { id, ...reason }),
  command('EndCancelled', orders.endCancelled, { id }),
  command('AskForAttention', attention.askForAttention, {
    ...{ id, step: fc.constantFrom('s', 't'), ...reason },
    waiting_for: fc.option(provider),
  }),
  command('NoteWait', outages.noteWait, { id, provider }),
  command('WakeWaiting', outages.wakeWaiting, {
    // Ages far from any of the test's own, whose clocks differ.
    ...{ provider, well_for_ms: fc.constantFrom(-60_000, 3_600_000), limit: fc.constantFrom(1, 9) },
  }),
  command('RecordMend', attention.recordMend, { id, is_done: fc.boolean(), ...event }),
  command('HideOrder', orders.hideOrder, { id }),
  command('ReleaseStock', inventory.releaseStock, { order_id: id }),
  command('ClaimKey', idempotency.claimKey, {
    ...{ operation: fc.constant('cancelOrder'), key, request_hash: fc.constantFrom('h', 'i') },
  }),
  command('KeepAnswer', idempotency.keepAnswer, {
    ...{ operation: fc.constant('cancelOrder'), key: fc.constant('k1'), status: fc.constant(202) },
    ...{ etag: fc.constantFrom(null, '"2"'), body: fc.constant('{}') },
  }),
  command('FindAnswer', idempotency.findAnswer, {
    operation: fc.constantFrom('createOrder', 'cancelOrder'),
    key,
  }),
  command('ForgetOldKeys', idempotency.forgetOldKeys, { limit: fc.constant(10) }),
  command('DeleteOutbox', outbox.deleteOutbox),
  command('EnqueueRestart', outbox.enqueueRestart, { order_id: id }),
  command('FindPrices', inventory.findPrices, { skus: fc.subarray(skus) }),
];

export const anyCommand = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...common) },
  { weight: 2, arbitrary: fc.oneof(...rare) },
);

/** What most statements need to do anything. */
export const beginning: readonly Command[] = [
  ...skus.map((sku) => ({
    name: 'PutProduct',
    query: inventory.putProduct,
    parameters: {
      sku,
      name: 'Thing',
      unit_price: 100,
      currency: 'GBP',
      must_exist: false,
      must_not_exist: false,
    },
  })),
  ...skus.map((sku) => ({
    name: 'ReceiveStock',
    query: inventory.receiveStock,
    parameters: { sku, quantity: 6 },
  })),
  ...ids.map((id) => ({
    name: 'AcceptOrder',
    query: orders.acceptOrder,
    parameters: {
      ...{ id, slot: 1, customer_id: null, currency: 'GBP', total_amount: 300, payment_method: 'pm' },
      ...{ shipping_address: { city: 'London' }, created_at: new Date(), event_data: {}, request_hash: 'h' },
      ...{ skus, quantities: [1, 2], unit_prices: [100, 100], agreed: [false, false] },
      ...{ idempotency_key: id, answer_status: 202, answer_etag: null, answer_body: `{"id":"${id}"}` },
    },
  })),
];

const limit = 100;

/** Looks at everything. */
export const look: readonly Command[] = [
  ...ids.flatMap((id) => [
    { name: 'FindOrder', query: orders.findOrder, parameters: { id } },
    { name: 'LockOrder', query: orders.lockOrder, parameters: { id } },
    { name: 'CheckOrder', query: orders.checkOrder, parameters: { id } },
    { name: 'ReadForStep', query: orders.readForStep, parameters: { id } },
  ]),
  { name: 'FindExpired', query: inventory.findExpired, parameters: { limit } },
  {
    name: 'FindStalled',
    query: outbox.findStalled,
    parameters: { after: '', older_than_ms: -60_000, limit },
  },
  {
    name: 'ClaimOutbox',
    query: outbox.claimOutbox,
    parameters: { starts_max: 9, restarts_max: 9, messages_max: 9 },
  },
  { name: 'CountOrders', query: verify.countOrders, parameters: undefined },
  {
    name: 'FindStateFaults',
    query: verify.findStateFaults,
    parameters: {
      stages: Object.keys(stages),
      statuses: Object.values(stages).map(({ status }) => status),
      limit,
    },
  },
  { name: 'FindLost', query: verify.findLost, parameters: { carried: [], limit } },
  { name: 'FindTotalFaults', query: verify.findTotalFaults, parameters: { limit } },
  { name: 'ReadEnded', query: verify.readEnded, parameters: { after: '', limit } },
  { name: 'FindKnown', query: verify.findKnown, parameters: { ids } },
  { name: 'FindStockFaults', query: verify.findStockFaults, parameters: { limit } },
  { name: 'FindReservationsLeft', query: verify.findReservationsLeft, parameters: { limit } },
  {
    name: 'FindEventFaults',
    query: verify.findEventFaults,
    parameters: { after_end: ['order.deleted'], limit },
  },
  { name: 'FindKeysAstray', query: verify.findKeysAstray, parameters: { limit } },
  { name: 'FindKeyCountFaults', query: verify.findKeyCountFaults, parameters: { limit } },
];
