import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newPayment, type Payments, startPayments, TOTAL } from '../../tests/payments.ts';

describe('inspect', () => {
  let payments: Payments;
  before(async () => {
    payments = await startPayments();
  });
  after(() => payments.sandbox.stop());

  it('finds nothing of an order that has no payment, nor of an id that is none', async () => {
    assert.deepEqual(await payments.provider.inspect('ord_none', ['pi_none']), []);
  });

  it('finds a payment by the order’s id, and one without it by its own', async () => {
    const { provider, sandbox } = payments;
    const held = await payments.authorised();
    const other = await payments.authorised();
    await sandbox.pool.query(`UPDATE sandbox.payment_intents SET metadata = '{}' WHERE id = $1`, [
      other.intent_id,
    ]);
    const found = await provider.inspect(held.order_id, [other.intent_id, held.intent_id]);
    assert.deepEqual(
      found.map(({ id, status, currency, amount }) => [id, status, currency, amount]),
      [held, other].map(({ intent_id }) => [intent_id, 'requires_capture', 'GBP', TOTAL]),
    );
  });

  it('tells what was captured, and each refund', async () => {
    const { provider, sandbox } = payments;
    const { order_id, intent_id } = await payments.captured();
    const first = await sandbox.stripe.refunds.create({ payment_intent: intent_id, amount: 99 });
    const second = await sandbox.stripe.refunds.create({ payment_intent: intent_id, amount: 900 });
    const [record] = await provider.inspect(order_id, []);
    assert.deepEqual([record?.captured_amount, record?.refunded_amount], [TOTAL, 999]);
    assert.deepEqual(record?.refunds.map(({ id }) => id).sort(), [first.id, second.id].sort());
  });

  it('shows an attempt that was declined as one that holds nothing', async () => {
    const payment = newPayment('pm_card_chargeDeclined');
    await assert.rejects(payments.provider.authorise(payment, { ask_first: false }), { kind: 'declined' });
    const found = await payments.provider.inspect(payment.order_id, []);
    assert.deepEqual(
      found.map(({ status, captured_amount }) => [status, captured_amount]),
      [['requires_payment_method', 0]],
    );
  });

  it('refunds a payment beside the order’s own under a key of its own', async () => {
    const { provider, money } = payments;
    const own = await payments.captured();
    await provider.giveBack(own);
    const stray = await payments.captured();
    const given = await provider.giveBack({ ...own, intent_id: stray.intent_id, is_stray: true });
    assert.equal(given.kind, 'refunded');
    assert.equal((await money(stray.order_id)).refunded, TOTAL);
  });
});
