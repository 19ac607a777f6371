import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Fault, FaultOrder } from '../src/faults/fault.ts';
import { easypostAt, HELD, PARCEL, type Running, startSandbox, stripeAt, until } from './start.ts';

let sandbox: Running;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

let key = '';
let keys = 0;
beforeEach(() => {
  key = `fault-key-${++keys}`;
});
afterEach(async () => {
  await fetch(`${sandbox.url}/faults`, { method: 'DELETE' });
});

const order = (kind: Fault['kind'], more: Partial<Fault> = {}) =>
  sandbox.order({ operation: 'payment_intents.create', kind, ...more });
const create = (order_id = 'ord_x', stripe = sandbox.stripe) =>
  stripe.paymentIntents.create({ ...HELD, metadata: { order_id } }, { idempotencyKey: key });
const ordersIntents = async (order_id: string) =>
  (await sandbox.stripe.paymentIntents.search({ query: `metadata['order_id']:'${order_id}'` })).data.length;
const faults = async () => (await (await fetch(`${sandbox.url}/faults`)).json()) as FaultOrder[];

test('fail_before answers an error and does nothing', async () => {
  for (const [status, type] of [
    [undefined, 'StripeAPIError'],
    [500, 'StripeAPIError'],
    [429, 'StripeRateLimitError'],
  ] as const) {
    await order('fail_before', { times: 1, ...(status && { status }) });
    await assert.rejects(create('ord_before'), { type, statusCode: status ?? 503 });
  }
  assert.equal(await ordersIntents('ord_before'), 0);
  assert.equal((await create('ord_before')).status, 'requires_capture');
});

test('fail_after acts and answers an error; a replay gives the genuine answer', async () => {
  await order('fail_after', { times: 1 });
  await assert.rejects(create('ord_after'), { type: 'StripeAPIError', statusCode: 500 });
  assert.equal(await ordersIntents('ord_after'), 1);
  const replayed = await create('ord_after');
  assert.equal(replayed.status, 'requires_capture');
  assert.equal(replayed.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal(await ordersIntents('ord_after'), 1);
});

test('drop_before cuts the connection and does nothing; the client itself tries once more', async () => {
  await order('drop_before', { on: { first: 2 } });
  await assert.rejects(create('ord_drop'), { type: 'StripeConnectionError' });
  assert.equal((await faults())[0]?.fired, 2);
  assert.equal(await ordersIntents('ord_drop'), 0);
});

test('drop_after acts and cuts the connection; the second try is a replay', async () => {
  await order('drop_after', { times: 1 });
  const intent = await create('ord_drop_after');
  assert.equal(intent.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal(await ordersIntents('ord_drop_after'), 1);
});

test('hang_before never answers and never acts', async () => {
  await order('hang_before', { times: 1 });
  const hasty = stripeAt(sandbox.url, 100);
  await assert.rejects(create('ord_hang', hasty), { type: 'StripeConnectionError', message: /timeout/ });
  assert.equal(await ordersIntents('ord_hang'), 0);
});

test('hang_after acts and never answers', async () => {
  await order('hang_after', { times: 1 });
  const hasty = stripeAt(sandbox.url, 300);
  await assert.rejects(create('ord_hang_after', hasty), {
    type: 'StripeConnectionError',
    message: /timeout/,
  });
  assert.equal(await ordersIntents('ord_hang_after'), 1);
  assert.equal((await create('ord_hang_after')).status, 'requires_capture');
});

test('a hanging answer ends after its delay', async () => {
  await order('hang_before', { times: 2, delay_ms: 50 });
  await assert.rejects(create('ord_hang_end'), { type: 'StripeConnectionError', message: /connection/ });
});

test('slow acts although the client has gone', async () => {
  await order('slow', { times: 1, delay_ms: 300 });
  await assert.rejects(create('ord_slow', stripeAt(sandbox.url, 50)), { type: 'StripeConnectionError' });
  assert.equal(await ordersIntents('ord_slow'), 0);
  await until(async () => (await ordersIntents('ord_slow')) === 1);
});

test("EasyPost's faults are in EasyPost's words", async () => {
  const buy = (timeout_ms?: number) => easypostAt(sandbox.url, timeout_ms).Shipment.buy(id, rates[0]!.id);
  const { id, rates } = await sandbox.easypost.Shipment.create(PARCEL as never);
  for (const [status, code] of [
    [503, 'SERVICE_UNAVAILABLE'],
    [500, 'INTERNAL_SERVER_ERROR'],
    [429, 'RATE_LIMITED'],
  ] as const) {
    await sandbox.order({ operation: 'shipments.buy', kind: 'fail_before', status, times: 1 });
    await assert.rejects(buy(), { statusCode: status, code });
  }
  await sandbox.order({ operation: 'shipments.buy', kind: 'drop_before', times: 1 });
  await assert.rejects(buy(), { code: 'ECONNRESET' });
  assert.equal((await sandbox.easypost.Shipment.retrieve(id)).postage_label, null);

  await sandbox.order({ operation: 'shipments.buy', kind: 'hang_after', times: 1 });
  await assert.rejects(buy(200), { code: 'ECONNABORTED' });
  await assert.rejects(buy(), { code: 'SHIPMENT.POSTAGE.EXISTS' });
  assert.ok((await sandbox.easypost.Shipment.retrieve(id)).tracking_code);
});

test('close ends hanging answers and does not wait for late acts', { timeout: 50_000 }, async () => {
  await order('hang_before', { times: 1 });
  const hanging = assert.rejects(create('ord_close'));
  await until(async () => (await faults())[0]?.fired === 1);
  await order('slow', { delay_ms: 60_000, times: 1 });
  key = 'fault-close';
  const late = assert.rejects(create('ord_close'));
  await until(async () => (await faults())[1]?.fired === 1);
  await sandbox.restart();
  await Promise.all([hanging, late]);
  assert.equal(await ordersIntents('ord_close'), 0);
});

test('DELETE /state empties everything, faults too', async () => {
  const { id } = await create('ord_state');
  await order('fail_before');
  assert.equal((await fetch(`${sandbox.url}/state`, { method: 'DELETE' })).status, 204);
  assert.deepEqual(await faults(), []);
  await assert.rejects(sandbox.stripe.paymentIntents.retrieve(id), { code: 'resource_missing' });
  assert.notEqual((await create('ord_state')).id, id);
  assert.deepEqual(await (await fetch(`${sandbox.url}/health`)).json(), { status: 'ok' });
});
