import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { clearFaults, nobody, PATIENT_MS, refusalOf, troubles } from '../../tests/adapters.ts';
import {
  type Held,
  NO_MONEY,
  newPayment,
  type Payments,
  providerAt,
  startPayments,
  TOTAL,
} from '../../tests/payments.ts';
import type { StepErrorKind } from '../errors.ts';
import type { StripeProvider } from './stripe.ts';

const first = { ask_first: false };
const again = { ask_first: true };

describe('Stripe', () => {
  let payments: Payments;
  before(async () => {
    payments = await startPayments();
  });
  afterEach(() => clearFaults(payments.sandbox));
  after(() => payments.sandbox.stop());

  describe('authorise', () => {
    it('holds the money and takes none', async () => {
      const { order_id, intent_id } = await payments.authorised();
      assert.match(intent_id, /^pi_/);
      assert.deepEqual(await payments.money(order_id), { ...NO_MONEY, held: TOTAL });
    });

    it('twice holds it once', async () => {
      const { provider, money } = payments;
      const { intent_id, ...payment } = await payments.authorised();
      assert.deepEqual(await provider.authorise(payment, first), { intent_id });
      assert.deepEqual(await provider.authorise(payment, again), { intent_id });
      assert.equal((await money(payment.order_id)).held, TOTAL);
    });

    it('whose answer was lost is found again', async () => {
      const { sandbox, provider, hasty, money } = payments;
      const payment = newPayment();
      await sandbox.order({ operation: 'payment_intents.create', kind: 'hang_after', times: 1 });
      await assert.rejects(hasty.authorise(payment, first), { kind: 'unknown' });
      await provider.authorise(payment, again);
      assert.equal((await money(payment.order_id)).held, TOTAL);
    });

    it('of a card that is refused is declined, each time, in our own words', async () => {
      const payment = newPayment('pm_card_chargeDeclinedInsufficientFunds');
      for (const options of [first, again]) {
        const { kind, code, detail } = await refusalOf(payments.provider.authorise(payment, options));
        assert.deepEqual([kind, code], ['declined', 'payment_declined']);
        assert.equal(detail, 'The card has insufficient funds.');
      }
      assert.deepEqual(await payments.money(payment.order_id), NO_MONEY);
    });

    it('of a card that is not there is declined', async () => {
      const refusal = await refusalOf(payments.provider.authorise(newPayment('pm_none'), first));
      assert.equal(refusal.kind, 'declined');
    });
  });

  describe('capture', () => {
    it('takes the money that is held, once, however often', async () => {
      const { provider, money } = payments;
      const held = await payments.captured();
      await provider.capture(held, first);
      await provider.capture(held, again);
      assert.deepEqual(await money(held.order_id), { ...NO_MONEY, taken: TOTAL });
    });

    it('is done when someone else has captured', async () => {
      const { sandbox, provider, money } = payments;
      const held = await payments.authorised();
      await sandbox.stripe.paymentIntents.capture(held.intent_id);
      await provider.capture(held, first);
      assert.equal((await money(held.order_id)).taken, TOTAL);
    });

    it('whose answer was lost is seen to be done', async () => {
      const { sandbox, provider, hasty, money } = payments;
      const held = await payments.authorised();
      await sandbox.order({ operation: 'payment_intents.capture', kind: 'hang_after', times: 1 });
      await assert.rejects(hasty.capture(held, first), { kind: 'unknown' });
      await provider.capture(held, again);
      assert.equal((await money(held.order_id)).taken, TOTAL);
    });

    it('of a hold that is gone is declined', async () => {
      const held = await payments.authorised();
      await payments.sandbox.stripe.paymentIntents.cancel(held.intent_id);
      const { kind, detail } = await refusalOf(payments.provider.capture(held, first));
      assert.equal(kind, 'declined');
      assert.match(detail, /canceled/);
    });
  });

  describe('an error', () => {
    for (const [kind, fault] of troubles) {
      it(`by ${fault.kind} ${fault.status ?? ''} is ${kind}, whatever was asked for`, async () => {
        const held = await payments.authorised();
        await payments.sandbox.order(fault);
        await assertAllFail(fault.kind === 'hang_before' ? payments.hasty : payments.provider, held, kind);
      });
    }

    it('is unavailable when nobody listens there', async () => {
      for (const url of await nobody())
        await assertAllFail(
          providerAt(url, PATIENT_MS),
          { ...newPayment(), intent_id: 'pi_1' },
          'unavailable',
        );
    });

    it('is unavailable when our key is refused, for that is ours to mend', async () => {
      const stranger = providerAt(payments.sandbox.url, PATIENT_MS, 'pk_of_nobody');
      await assertAllFail(stranger, { ...newPayment(), intent_id: 'pi_1' }, 'unavailable');
    });

    it('is unavailable while the same request is still at work', async () => {
      const { sandbox, provider, hasty, money } = payments;
      const payment = newPayment();
      await sandbox.order({ operation: 'payment_intents.create', kind: 'slow', delay_ms: 2_000, times: 1 });
      await assert.rejects(hasty.authorise(payment, first), { kind: 'unknown' });
      await assert.rejects(provider.authorise(payment, again), { kind: 'unavailable' });
      assert.deepEqual(await money(payment.order_id), NO_MONEY);
    });
  });
});

async function assertAllFail(provider: StripeProvider, held: Held, kind: StepErrorKind): Promise<void> {
  for (const options of [first, again]) {
    assert.equal((await refusalOf(provider.authorise(held, options))).kind, kind);
    assert.equal((await refusalOf(provider.capture(held, options))).kind, kind);
  }
  for (const intent_id of [held.intent_id, undefined])
    assert.equal((await refusalOf(provider.giveBack({ ...held, intent_id }))).kind, kind);
  assert.equal((await refusalOf(provider.inspect(held.order_id, [held.intent_id]))).kind, kind);
}
