import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { assertInvariants } from './invariants.ts';
import { away, broken, startStuck, WHO } from './stuck.ts';

const { network, clear, ask, dryRun, stuck, eventOf } = await startStuck();

describe('an order that asks for attention', () => {
  afterEach(() => clear());
  after(() => assertInvariants(network).finally(() => network.stop()));

  it('says which step is stuck, since when, and what ledger and shipment say, in lists too', async () => {
    const { id, attention } = await stuck([broken('payment_intents.capture')]);
    assert.equal(attention?.step, 'capture_payment');
    assert.ok(Date.now() - Date.parse(attention.since) < 60_000);
    assert.equal(attention.payment?.status, 'authorised');
    assert.equal(attention.shipment?.status, 'booked');
    const { body: list } = await network.api.call<Order[]>('GET', '/api/v1/orders?attention=true&limit=1');
    assert.deepEqual(list[0]?.attention, attention);
    assert.equal((await eventOf(id, 'order.attention_asked')).data.step, 'capture_payment');
    await clear();
    await ask(id, { action: 'retry' });
    await network.api.ended(id);
  });

  it('is given up: what was done is taken back, and the timeline says who decided and why', async () => {
    const { id } = await stuck([
      broken('payment_intents.capture', 'fail_after'),
      broken('payment_intents.retrieve'),
    ]);
    await clear();
    const plan = await dryRun(id, 'give_up');
    assert.deepEqual(plan.becomes, { stage: 'unwinding', end: 'cancelled' });
    assert.deepEqual(plan.would, [
      'Refund what was taken, or void the payment.',
      'Give the parcel back to the carrier.',
      'Void the payment, or refund what was taken.',
      'Set the stock free.',
      'End the order as cancelled.',
    ]);
    assert.equal((await ask(id, { action: 'give_up', ...WHO })).status, 202);
    const ended = await network.api.ended(id);
    assert.deepEqual(ended.cancellation, { code: 'given_up', detail: WHO.note });
    assert.equal(ended.payment?.status, 'refunded');
    assert.equal(ended.shipment?.status, 'cancelled');
    const { data } = await eventOf(id, 'order.cancel_requested');
    assert.deepEqual(data, { code: 'given_up', detail: WHO.note, by: WHO.by });
  });

  it('is not given up once it is being taken back', async () => {
    const { id } = await stuck([away('shipments.create'), broken('payment_intents.cancel')]);
    assert.deepEqual((await network.api.order(id)).allowed_actions, ['retry', 'mark_done']);
    const plan = await dryRun(id, 'give_up');
    assert.equal(plan.refusal?.code, 'order_not_given_up');
    const { status, body } = await ask(id, { action: 'give_up', ...WHO });
    assert.deepEqual([status, body.code], [409, 'order_not_given_up']);
    assert.match(body.detail, /do void_payment at the provider, then mark it done/);
    await clear();
    assert.equal((await dryRun(id, 'retry')).becomes?.end, 'cancelled');
    await ask(id, { action: 'retry', ...WHO });
    assert.equal((await network.api.ended(id)).status, 'cancelled');
    assert.deepEqual((await eventOf(id, 'order.retry_asked')).data, { step: 'void_payment', ...WHO });
  });

  for (const { operation, look_up, step } of [
    { operation: 'payment_intents.create', look_up: 'payment_intents.search', step: 'authorise_payment' },
    { operation: 'payment_intents.capture', look_up: 'payment_intents.retrieve', step: 'capture_payment' },
    { operation: 'shipments.buy', look_up: 'shipments.retrieve', step: 'arrange_shipping' },
  ]) {
    it(`${step} is looked up before anything else when it is tried again`, async () => {
      const order = await stuck([broken(operation, 'fail_after'), broken(look_up)]);
      assert.equal(order.attention?.step, step);
      await clear();
      const { body: fault } = await network.sandbox.call('POST', '/faults', broken(operation));
      assert.match((await dryRun(order.id, 'retry')).would[0] ?? '', /looked up at the provider first/);
      await ask(order.id, { action: 'retry' });
      assert.equal((await network.api.ended(order.id)).status, 'completed');
      const { body: faults } = await network.sandbox.call('GET', '/faults');
      assert.equal(
        faults.find(({ id }: { id: string }) => id === fault.id).seen,
        0,
        'it was asked for again',
      );
    });
  }

  it('cannot be mended without saying who and why', async () => {
    for (const action of ['mark_done', 'give_up']) {
      const { status, body } = await ask('ord_01kg2x5q8e4m7n3p9r5t1v2w3x', { action });
      assert.equal(status, 400);
      const wrong = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => pointer + code);
      assert.deepEqual(wrong, ['/bymissing', '/notemissing']);
    }
    assert.equal((await ask('ord_01kg2x5q8e4m7n3p9r5t1v2w3x', { action: 'mark_done', ...WHO })).status, 404);
    const missing = await ask('ord_01kg2x5q8e4m7n3p9r5t1v2w3x', { action: 'retry', dry_run: true });
    assert.equal(missing.status, 404);
  });

  it('is the only one that can be mended', async () => {
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await network.api.ended(id);
    for (const [action, code] of Object.entries({
      retry: 'order_not_retryable',
      mark_done: 'order_not_markable',
      give_up: 'order_not_given_up',
    })) {
      const { status, body } = await ask(id, { action, ...WHO });
      assert.deepEqual([status, body.code, body.detail], [409, code, 'The order asks for no attention.']);
      const plan = await dryRun(id, action);
      assert.deepEqual([plan.allowed, plan.refusal?.code, plan.becomes], [false, code, null]);
    }
  });
});
