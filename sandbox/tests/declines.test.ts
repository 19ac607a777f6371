import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { HELD, type Running, startSandbox } from './start.ts';

let sandbox: Running;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

const DECLINES: Record<string, [code: string, decline_code: string]> = {
  pm_card_chargeDeclined: ['card_declined', 'generic_decline'],
  pm_card_visa_chargeDeclined: ['card_declined', 'generic_decline'],
  pm_card_chargeDeclinedInsufficientFunds: ['card_declined', 'insufficient_funds'],
  pm_card_chargeDeclinedLostCard: ['card_declined', 'lost_card'],
  pm_card_chargeDeclinedStolenCard: ['card_declined', 'stolen_card'],
  pm_card_chargeDeclinedFraudulent: ['card_declined', 'fraudulent'],
  pm_card_chargeDeclinedVelocityLimitExceeded: ['card_declined', 'card_velocity_exceeded'],
  pm_card_chargeDeclinedExpiredCard: ['expired_card', ''],
  pm_card_chargeDeclinedIncorrectCvc: ['incorrect_cvc', ''],
  pm_card_chargeDeclinedProcessingError: ['processing_error', ''],
};

for (const [payment_method, [code, decline_code]] of Object.entries(DECLINES)) {
  test(`${payment_method} declines with ${code} ${decline_code}`, async () => {
    let intent_id = '';
    await assert.rejects(sandbox.stripe.paymentIntents.create({ ...HELD, payment_method }), (error) => {
      assert.ok(error instanceof Stripe.errors.StripeCardError);
      assert.equal(error.statusCode, 402);
      assert.equal(error.code, code);
      assert.equal(error.decline_code, decline_code);
      assert.equal(error.payment_intent?.status, 'requires_payment_method');
      intent_id = error.payment_intent.id;
      return true;
    });
    const left = await sandbox.stripe.paymentIntents.retrieve(intent_id);
    assert.equal(left.status, 'requires_payment_method');
    assert.equal(left.payment_method, null);
    assert.equal(left.amount_capturable, 0);
    assert.equal(left.last_payment_error?.code, code);
    assert.equal(left.last_payment_error?.payment_method?.id, payment_method);
  });
}

for (const brand of ['visa', 'visa_debit', 'mastercard', 'amex', 'discover']) {
  test(`pm_card_${brand} is good`, async () => {
    const intent = await sandbox.stripe.paymentIntents.create({
      ...HELD,
      payment_method: `pm_card_${brand}`,
    });
    assert.equal(intent.status, 'requires_capture');
  });
}

test('a method given earlier declines at the confirmation, and another one then succeeds', async () => {
  const { paymentIntents } = sandbox.stripe;
  const { id } = await paymentIntents.create({
    ...HELD,
    confirm: false,
    payment_method: 'pm_card_chargeDeclined',
  });
  await assert.rejects(paymentIntents.confirm(id), { type: 'StripeCardError', code: 'card_declined' });
  await assert.rejects(paymentIntents.confirm(id), { code: 'payment_intent_unexpected_state' });

  const held = await paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
  assert.equal(held.status, 'requires_capture');
  assert.equal(held.last_payment_error, null);
});

test('a declined intent can be canceled', async () => {
  const { paymentIntents } = sandbox.stripe;
  const { id } = await paymentIntents.create({ ...HELD, confirm: false });
  await assert.rejects(paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }));
  assert.equal((await paymentIntents.cancel(id)).status, 'canceled');
});
