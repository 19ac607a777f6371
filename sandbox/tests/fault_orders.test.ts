import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Fault, FaultOrder } from '../src/faults/fault.ts';
import { HELD, PARCEL, postJson, type Running, startSandbox } from './start.ts';

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
const create = (order_id = 'ord_x') =>
  sandbox.stripe.paymentIntents.create({ ...HELD, metadata: { order_id } }, { idempotencyKey: key });
const faults = async () => (await (await fetch(`${sandbox.url}/faults`)).json()) as FaultOrder[];

test('on.nth strikes by ordinal, on.first the first ones, times at most so often', async () => {
  const outcomes = async (count: number) => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n++) {
      key = `fault-key-${++keys}`;
      statuses.push(
        await create().then(
          () => 200,
          (error) => error.statusCode,
        ),
      );
    }
    await fetch(`${sandbox.url}/faults`, { method: 'DELETE' });
    return statuses;
  };
  await order('fail_before', { on: { nth: [1, 3] } });
  assert.deepEqual(await outcomes(4), [503, 200, 503, 200]);
  await order('fail_before', { on: { first: 2 } });
  assert.deepEqual(await outcomes(4), [503, 503, 200, 200]);
  await order('fail_before', { times: 1 });
  assert.deepEqual(await outcomes(2), [503, 200]);
  await order('fail_before', { on: { nth: [1] } });
  await order('fail_before', { status: 500, on: { nth: [1, 2] } });
  assert.deepEqual(await outcomes(3), [503, 500, 200]);
});

test('on.share strikes a part, the same requests for the same seed', async () => {
  const pattern = async (seed: number) => {
    const { id } = await sandbox.order({
      operation: 'payment_intents.list',
      kind: 'fail_before',
      on: { share: 0.3, seed },
    });
    let text = '';
    for (let n = 0; n < 60; n++) {
      const response = await fetch(`${sandbox.url}/v1/payment_intents?limit=1`, {
        headers: { authorization: 'Bearer sk_test_x' },
      });
      await response.arrayBuffer();
      text += response.ok ? '.' : 'x';
    }
    await fetch(`${sandbox.url}/faults/${id}`, { method: 'DELETE' });
    return text;
  };
  const first = await pattern(7);
  assert.equal(await pattern(7), first);
  assert.notEqual(await pattern(8), first);
  const struck = first.replaceAll('.', '').length;
  assert.ok(struck >= 8 && struck <= 28, `${struck} of 60`);
});

test('on.order_id strikes one order in every operation about it', async () => {
  const mine = await create('ord_mine');
  key = 'fault-other';
  const other = await create('ord_other');
  const parcel = await sandbox.easypost.Shipment.create({ ...PARCEL, reference: 'ord_mine' } as never);
  await sandbox.order({ operation: '*', kind: 'fail_before', on: { order_id: 'ord_mine' } });
  const { paymentIntents, refunds } = sandbox.stripe;
  const struck = { statusCode: 503 };
  await assert.rejects(paymentIntents.retrieve(mine.id), struck);
  await assert.rejects(paymentIntents.capture(mine.id), struck);
  await assert.rejects(paymentIntents.search({ query: "metadata['order_id']:'ord_mine'" }), struck);
  await assert.rejects(refunds.create({ payment_intent: mine.id }), struck);
  await assert.rejects(sandbox.easypost.Shipment.buy(parcel.id, parcel.rates[0]!.id), struck);
  await assert.rejects(
    sandbox.easypost.Shipment.create({ ...PARCEL, reference: 'ord_mine' } as never),
    struck,
  );
  assert.equal((await paymentIntents.capture(other.id)).status, 'succeeded');
  assert.equal((await paymentIntents.list()).object, 'list');
  assert.equal((await faults())[0]?.fired, 6);
});

test('orders and their counts survive a restart', async () => {
  const { id } = await order('fail_before', { on: { nth: [2] }, status: 500 });
  await create('ord_count');
  await sandbox.restart();
  const [kept] = await faults();
  assert.deepEqual(kept, {
    id,
    operation: 'payment_intents.create',
    kind: 'fail_before',
    on: { nth: [2] },
    status: 500,
    seen: 1,
    fired: 0,
  });
  await assert.rejects(create('ord_count'), { statusCode: 500 });
});

test('what is wrong with an order is told field by field', async () => {
  const wrong: [object, string[]][] = [
    [{}, ['operation', 'kind']],
    [{ operation: 'payments.create', kind: 'fail_before' }, ['operation']],
    [{ operation: '*', kind: 'slow' }, ['delay_ms']],
    [{ operation: '*', kind: 'slow', delay_ms: 120_001 }, ['delay_ms']],
    [{ operation: '*', kind: 'fail_before', status: 200 }, ['status']],
    [{ operation: '*', kind: 'hang_after', status: 500 }, ['status']],
    [{ operation: '*', kind: 'drop_after', times: 0, colour: 1 }, ['colour', 'times']],
    [
      { operation: '*', kind: 'drop_after', on: { nth: [0], share: 2, order: 1 } },
      ['on.order', 'on.nth', 'on.share', 'on.share'],
    ],
    [{ operation: '*', kind: 'drop_after', on: { seed: 7 } }, ['on.seed']],
  ];
  for (const [body, fields] of wrong) {
    const response = await postJson(`${sandbox.url}/faults`, body);
    assert.equal(response.status, 400);
    assert.match(response.headers.get('content-type')!, /^application\/problem\+json/);
    const problem = (await response.json()) as { code: string; errors: { field: string }[] };
    assert.equal(problem.code, 'invalid_fault');
    assert.deepEqual(
      problem.errors.map(({ field }) => field),
      fields,
    );
  }
  assert.equal((await fetch(`${sandbox.url}/faults/flt_none`, { method: 'DELETE' })).status, 404);
});

test('there are at most 100 orders', async () => {
  for (let n = 0; n < 100; n++) await order('fail_before', { on: { order_id: 'ord_none' } });
  const response = await postJson(`${sandbox.url}/faults`, { operation: '*', kind: 'drop_after' });
  assert.equal(response.status, 409);
});
