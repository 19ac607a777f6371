import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { until } from '../../../sandbox/tests/start.ts';
import { clearFaults } from '../../tests/adapters.ts';
import {
  type Held,
  NO_MONEY,
  newPayment,
  type Payments,
  startPayments,
  TOTAL,
} from '../../tests/payments.ts';
import type { PaymentRequest } from './provider.ts';

const first = { ask_first: false };

/** An order's payment whose intent is known, and the same when its answer never came. */
const unheard = <T extends PaymentRequest>(payment: T) => ({ ...payment, intent_id: undefined });
const views: [name: string, view: (held: Held) => PaymentRequest & { intent_id: string | undefined }][] = [
  ['is known', (held) => held],
  ['never became known', unheard],
];

describe('giving a payment back at Stripe', () => {
  let payments: Payments;
  before(async () => {
    payments = await startPayments();
  });
  afterEach(() => clearFaults(payments.sandbox));
  after(() => payments.sandbox.stop());

  it('uses up the key of a request that never arrived, so that it does nothing when it comes late', async () => {
    const { sandbox, provider, hasty, money } = payments;
    const payment = newPayment();
    await sandbox.order({ operation: 'payment_intents.create', kind: 'hang_before', times: 1 });
    await assert.rejects(hasty.authorise(payment, first), { kind: 'unknown' });
    for (let times = 0; times < 2; times++)
      assert.deepEqual(await provider.giveBack(unheard(payment)), { kind: 'nothing' });
    await assert.rejects(provider.authorise(payment, first));
    assert.deepEqual(await money(payment.order_id), NO_MONEY);
  });

  it('waits for a request that is still at work, then voids', async () => {
    const { sandbox, provider, hasty, money } = payments;
    const payment = newPayment();
    await sandbox.order({ operation: 'payment_intents.create', kind: 'slow', delay_ms: 2_000, times: 1 });
    await assert.rejects(hasty.authorise(payment, first), { kind: 'unknown' });
    await assert.rejects(provider.giveBack(unheard(payment)), { kind: 'unavailable' });
    await until(async () => (await money(payment.order_id)).held > 0);
    assert.equal((await provider.giveBack(unheard(payment))).kind, 'voided');
    assert.deepEqual(await money(payment.order_id), NO_MONEY);
  });

  for (const [name, view] of views) {
    it(`voids a hold whose intent ${name}, and says the same when asked again`, async () => {
      const { provider, money } = payments;
      const held = await payments.authorised();
      const given = await provider.giveBack(view(held));
      assert.deepEqual(given, { kind: 'voided', intent_id: held.intent_id });
      assert.deepEqual(await provider.giveBack(view(held)), given);
      assert.deepEqual(await money(held.order_id), NO_MONEY);
    });

    it(`refunds captured money whose intent ${name}, once, and says the same when asked again`, async () => {
      const { provider, money } = payments;
      const held = await payments.captured();
      const given = await provider.giveBack(view(held));
      assert.ok(given.kind === 'refunded' && given.intent_id === held.intent_id);
      assert.deepEqual(await provider.giveBack(view(held)), given);
      assert.deepEqual(await money(held.order_id), { held: 0, taken: TOTAL, refunded: TOTAL });
    });

    it(`names the refund that someone else made, when the intent ${name}`, async () => {
      const { sandbox, provider, money } = payments;
      const { intent_id, ...payment } = await payments.captured();
      const { id: refund_id } = await sandbox.stripe.refunds.create({ payment_intent: intent_id });
      const given = await provider.giveBack(view({ ...payment, intent_id }));
      assert.deepEqual(given, { kind: 'refunded', intent_id, refund_id });
      assert.equal((await money(payment.order_id)).refunded, TOTAL);
    });

    it(`sees that someone else voided, when the intent ${name}`, async () => {
      const { sandbox, provider, money } = payments;
      const held = await payments.authorised();
      await sandbox.stripe.paymentIntents.cancel(held.intent_id);
      const given = await provider.giveBack(view(held));
      assert.deepEqual(given, { kind: 'voided', intent_id: held.intent_id });
      assert.deepEqual(await money(held.order_id), NO_MONEY);
    });
  }

  it('has nothing to do for what was declined', async () => {
    const { provider, money } = payments;
    const payment = newPayment('pm_card_chargeDeclined');
    await assert.rejects(provider.authorise(payment, first), { kind: 'declined' });
    assert.deepEqual(await provider.giveBack(unheard(payment)), { kind: 'nothing' });
    assert.deepEqual(await money(payment.order_id), NO_MONEY);
  });

  for (const operation of ['payment_intents.cancel', 'refunds.create'] as const) {
    it(`is repeated without harm when the answer to ${operation} was lost`, async () => {
      const { sandbox, provider, money } = payments;
      const isRefund = operation === 'refunds.create';
      const held = await (isRefund ? payments.captured() : payments.authorised());
      await sandbox.order({ operation, kind: 'fail_after', times: 1 });
      await assert.rejects(provider.giveBack(held), { kind: 'unknown' });
      assert.equal((await provider.giveBack(held)).kind, isRefund ? 'refunded' : 'voided');
      const { held: still_held, taken, refunded } = await money(held.order_id);
      assert.deepEqual([still_held, taken - refunded], [0, 0]);
    });
  }

  it('makes a capture that comes late fail', async () => {
    const { provider, money } = payments;
    const held = await payments.authorised();
    await provider.giveBack(held);
    await assert.rejects(provider.capture(held, first), { kind: 'declined' });
    assert.deepEqual(await money(held.order_id), NO_MONEY);
  });
});
