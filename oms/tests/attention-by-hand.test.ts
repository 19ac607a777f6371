import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { easypostAt, PARCEL, stripeAt } from '../../sandbox/tests/start.ts';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { newKey } from './client.ts';
import { assertInvariants } from './invariants.ts';
import { away, broken, startStuck, WHO } from './stuck.ts';

/** Orders that are stuck, and what a person does at the provider to mend each. */
const mended_by_hand: {
  step: string;
  faults: object[];
  cancel?: boolean;
  /** What the provider says as long as nothing is done by hand. */
  contradiction: RegExp;
  byHand: (order: Order, at: { stripe: Stripe; easypost: ReturnType<typeof easypostAt> }) => Promise<unknown>;
  becomes: string;
  end: 'completed' | 'cancelled';
}[] = [
  {
    step: 'authorise_payment',
    faults: [broken('payment_intents.create')],
    contradiction: /The provider holds and has taken nothing. It has none of this order/,
    byHand: (order, { stripe }) =>
      stripe.paymentIntents.create({
        amount: order.total_amount,
        currency: 'gbp',
        payment_method: 'pm_card_visa',
        capture_method: 'manual',
        confirm: true,
        metadata: { order_id: order.id },
      }),
    becomes: 'authorised',
    end: 'completed',
  },
  {
    step: 'arrange_shipping',
    faults: [broken('shipments.buy')],
    contradiction: /The carrier has no live parcel of this order/,
    byHand: async (order, { easypost }) => {
      const { id, rates } = await easypost.Shipment.retrieve(order.shipment!.provider_id);
      return easypost.Shipment.buy(id, rates[0]!.id);
    },
    becomes: 'shipped',
    end: 'completed',
  },
  {
    step: 'arrange_shipping',
    faults: [broken('shipments.create')],
    contradiction: /found by its reference: ord_/,
    byHand: async (order, { easypost }) => {
      const { id, rates } = await easypost.Shipment.create({ ...PARCEL, reference: order.id });
      return easypost.Shipment.buy(id, rates[0]!.id);
    },
    becomes: 'shipped',
    end: 'completed',
  },
  {
    step: 'capture_payment',
    faults: [broken('payment_intents.capture')],
    contradiction: /is requires_capture. Nothing was captured/,
    byHand: (order, { stripe }) => stripe.paymentIntents.capture(order.payment!.provider_id!),
    becomes: 'captured',
    end: 'completed',
  },
  {
    step: 'void_payment',
    faults: [away('shipments.create'), broken('payment_intents.cancel')],
    contradiction: /is requires_capture. It is not given back/,
    byHand: (order, { stripe }) => stripe.paymentIntents.cancel(order.payment!.provider_id!),
    becomes: 'unwinding',
    end: 'cancelled',
  },
  {
    step: 'cancel_shipping',
    faults: [away('payment_intents.capture'), broken('shipments.refund')],
    contradiction: /is live. It is not given back/,
    byHand: (order, { easypost }) => easypost.Shipment.refund(order.shipment!.provider_id),
    becomes: 'unwinding',
    end: 'cancelled',
  },
  {
    step: 'refund_payment',
    faults: [
      broken('payment_intents.capture', 'fail_after'),
      broken('payment_intents.retrieve'),
      broken('refunds.create'),
    ],
    cancel: true,
    contradiction: /captured. It is not given back/,
    byHand: (order, { stripe }) => stripe.refunds.create({ payment_intent: order.payment!.provider_id! }),
    becomes: 'unwinding',
    end: 'cancelled',
  },
];

const { network, clear, ask, dryRun, stuck, eventOf } = await startStuck();

describe('a stuck step that a person has done by hand', () => {
  afterEach(() => clear());
  after(() => assertInvariants(network).finally(() => network.stop()));

  for (const { step, faults, cancel, contradiction, byHand, becomes, end } of mended_by_hand) {
    it(`${step}, done by hand after ${JSON.stringify(faults.at(-1))}, is marked as done: it is ${end}`, async () => {
      const order = await stuck(faults, cancel);
      const { id } = order;
      assert.equal(order.attention?.step, step);
      await clear();

      const undone = await dryRun(id, 'mark_done');
      assert.equal(undone.allowed, false);
      assert.equal(undone.refusal?.code, 'mark_contradicted');
      assert.match(undone.refusal.detail, contradiction);
      const refused = await ask(id, { action: 'mark_done', ...WHO });
      assert.deepEqual([refused.status, refused.body.code], [409, 'mark_contradicted']);

      const stripe = stripeAt(network.sandbox_url);
      await byHand(order, { stripe, easypost: easypostAt(network.sandbox_url) });
      const plan = await dryRun(id, 'mark_done');
      assert.equal(plan.allowed, true, JSON.stringify(plan));
      assert.deepEqual(plan.becomes, { stage: becomes, end });
      assert.equal(plan.would.length, 2);

      const key = newKey();
      const marked = await ask(id, { action: 'mark_done', ...WHO }, key);
      assert.equal(marked.status, 202, JSON.stringify(marked.body));
      assert.equal(marked.body.stage, becomes);
      assert.equal(marked.body.attention, null);
      const ended = await network.api.ended(id);
      assert.equal(ended.status, end);
      assert.deepEqual((await eventOf(id, 'order.marked_done')).data, { step, ...WHO });
      assert.deepEqual((await ask(id, { action: 'mark_done', ...WHO }, key)).body, marked.body);
    });
  }

  it('may have been done already, without an answer: its mark is taken at once', async () => {
    const { id } = await stuck([
      { operation: 'payment_intents.capture', kind: 'hang_after' },
      broken('payment_intents.retrieve'),
    ]);
    await clear();
    const plan = await dryRun(id, 'mark_done');
    assert.equal(plan.payment_provider.payments[0]?.status, 'succeeded');
    assert.equal(plan.carrier.parcels[0]?.status, 'live');
    assert.match(plan.would[0] ?? '', /500 GBP were captured by pi_/);
    assert.equal((await ask(id, { action: 'mark_done', ...WHO })).status, 202);
    assert.equal((await network.api.ended(id)).payment?.captured_amount, 500);
  });

  it('is not marked as done while the provider cannot be asked', async () => {
    const { id } = await stuck([broken('payment_intents.capture')]);
    await clear();
    await network.sandbox.call('POST', '/faults', { operation: '*', kind: 'hang_before' });
    const plan = await dryRun(id, 'mark_done');
    assert.equal(plan.refusal?.code, 'provider_unavailable');
    assert.equal(plan.payment_provider.reachable, false);
    assert.equal(plan.carrier.reachable, false);
    const key = newKey();
    const answer = await ask(id, { action: 'mark_done', ...WHO }, key);
    assert.deepEqual([answer.status, answer.body.code], [503, 'provider_unavailable']);
    await clear();
    await stripeAt(network.sandbox_url).paymentIntents.capture(plan.stuck!.payment!.provider_id!);
    assert.equal(
      (await ask(id, { action: 'mark_done', ...WHO }, key)).status,
      202,
      'a refusal uses no key up',
    );
    assert.equal((await network.api.ended(id)).status, 'completed');
  });

  it('is not marked as done by a payment of another amount, or by two', async () => {
    const order = await stuck([broken('payment_intents.create')]);
    await clear();
    const stripe = stripeAt(network.sandbox_url);
    const hold = (amount: number) =>
      stripe.paymentIntents.create({
        amount,
        currency: 'gbp',
        payment_method: 'pm_card_visa',
        capture_method: 'manual',
        confirm: true,
        metadata: { order_id: order.id },
      });
    const small = await hold(100);
    assert.match(
      (await dryRun(order.id, 'mark_done')).refusal?.detail ?? '',
      /of 100 GBP .* total is 500 GBP/,
    );
    const right = await hold(500);
    assert.match((await dryRun(order.id, 'mark_done')).refusal?.detail ?? '', /There must be one payment/);
    await stripe.paymentIntents.cancel(small.id);
    assert.equal((await ask(order.id, { action: 'mark_done', ...WHO })).status, 202);
    assert.equal((await network.api.ended(order.id)).payment?.provider_id, right.id);
  });
});
