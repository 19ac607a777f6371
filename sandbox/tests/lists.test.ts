import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HELD, PARCEL, type Running, startSandbox, until } from './start.ts';

let sandbox: Running;
const intents: string[] = [];
const refunds: string[] = [];
const parcels: string[] = [];
let bought: string[] = [];

before(async () => {
  sandbox = await startSandbox();
  for (let index = 0; index < 7; index++) {
    const metadata = { order_id: `ord_${index % 2}` };
    const intent = await sandbox.stripe.paymentIntents.create({
      ...HELD,
      capture_method: 'automatic',
      metadata,
    });
    intents.unshift(intent.id);
    refunds.unshift((await sandbox.stripe.refunds.create({ payment_intent: intent.id })).id);
    const shipment = await sandbox.easypost.Shipment.create(PARCEL as never);
    parcels.unshift(shipment.id);
    if (index < 5) await sandbox.easypost.Shipment.buy(shipment.id, shipment.rates[0]!.id);
  }
  bought = parcels.slice(2);
});
after(() => sandbox.stop());

const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id);

test('Stripe lists the newest first, page by page', async () => {
  const first = await sandbox.stripe.paymentIntents.list({ limit: 3 });
  assert.deepEqual(ids(first.data), intents.slice(0, 3));
  assert.equal(first.has_more, true);
  const last = await sandbox.stripe.paymentIntents.list({ limit: 3, starting_after: intents[3]! });
  assert.deepEqual(ids(last.data), intents.slice(4));
  assert.equal(last.has_more, false);

  const all = await sandbox.stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
  assert.deepEqual(ids(all), intents);
  const all_refunds = await sandbox.stripe.refunds.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
  assert.deepEqual(ids(all_refunds), refunds);
});

test('refunds of one payment', async () => {
  const { data } = await sandbox.stripe.refunds.list({ payment_intent: intents[2]! });
  assert.deepEqual(ids(data), [refunds[2]]);
});

test('by the time of creation', async () => {
  const { created } = await sandbox.stripe.paymentIntents.retrieve(intents[0]!);
  const count = async (bounds: object) =>
    (await sandbox.stripe.paymentIntents.list({ created: bounds, limit: 100 })).data.length;
  assert.equal(await count({ gte: created - 60, lte: created }), 7);
  assert.equal(await count({ gt: created }), 0);
  assert.equal(await count({ lt: created - 60 }), 0);
});

test('search finds an order, page by page', async () => {
  const search = (query: string, page?: string) =>
    sandbox.stripe.paymentIntents.search({ query, limit: 2, ...(page && { page }) });
  const mine = intents.filter((_id, index) => index % 2 === 0);
  const first = await search("metadata['order_id']:'ord_0'");
  assert.deepEqual(ids(first.data), mine.slice(0, 2));
  assert.equal(first.has_more, true);
  const second = await search('metadata["order_id"]:"ord_0"', first.next_page!);
  assert.deepEqual(ids(second.data), mine.slice(2));
  assert.equal(second.next_page, null);

  assert.equal((await search("metadata['order_id']:'ord_0' AND status:'succeeded'")).data.length, 2);
  assert.equal((await search("status:'canceled' AND metadata['order_id']:'ord_0'")).data.length, 0);
  assert.equal((await search("metadata['order_id']:'ord_9'")).data.length, 0);
  await assert.rejects(search('amount>1000'), { type: 'StripeInvalidRequestError', param: 'query' });
});

test('EasyPost lists bought parcels, the newest first, page by page', async () => {
  const first = await sandbox.easypost.Shipment.all({ page_size: 2 });
  assert.deepEqual(ids(first.shipments), bought.slice(0, 2));
  assert.equal(first.has_more, true);
  const second = await sandbox.easypost.Shipment.getNextPage(first);
  assert.deepEqual(ids(second.shipments), bought.slice(2, 4));
  const third = await sandbox.easypost.Shipment.getNextPage(second);
  assert.deepEqual(ids(third.shipments), bought.slice(4));
  assert.equal(third.has_more, false);
});

test('the unbought ones on demand, and the newer ones after an id', async () => {
  const { shipments } = await sandbox.easypost.Shipment.all({ purchased: false });
  assert.deepEqual(ids(shipments), parcels);
  const newer = await sandbox.easypost.Shipment.all({ after_id: bought[4]!, page_size: 2 });
  assert.deepEqual(ids(newer.shipments), bought.slice(2, 4));
  assert.equal(newer.has_more, true);
});

test('trackers are listed too', async () => {
  const { trackers, has_more } = await sandbox.easypost.Tracker.all({ page_size: 3 });
  assert.deepEqual(
    trackers.map(({ shipment_id }) => shipment_id),
    bought.slice(0, 3),
  );
  assert.equal(has_more, true);
});

test('a search that lags finds what is old enough, and a retrieval finds all', async () => {
  const metadata = { order_id: 'ord_lag' };
  const { id } = await sandbox.stripe.paymentIntents.create({ ...HELD, metadata });
  const query = "metadata['order_id']:'ord_lag'";
  const count = async () => (await sandbox.stripe.paymentIntents.search({ query })).data.length;
  assert.equal(await count(), 1);
  const lag = { operation: 'payment_intents.search', kind: 'outcome', outcome: 'lagging' } as const;
  const { id: fault } = await sandbox.order({ ...lag, delay_ms: 120_000 });
  assert.equal(await count(), 0);
  assert.equal((await sandbox.stripe.paymentIntents.retrieve(id)).status, 'requires_capture');
  await fetch(`${sandbox.url}/faults/${fault}`, { method: 'DELETE' });
  await sandbox.order({ ...lag, delay_ms: 1 });
  await until(async () => (await count()) === 1);
  await fetch(`${sandbox.url}/faults`, { method: 'DELETE' });
});
