import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HELD, postJson, type Running, startSandbox } from './start.ts';

let sandbox: Running;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

const captured = () => sandbox.stripe.paymentIntents.create({ ...HELD, capture_method: 'automatic' });

test('without an amount the rest is refunded', async () => {
  const intent = await captured();
  const refund = await sandbox.stripe.refunds.create({
    payment_intent: intent.id,
    reason: 'requested_by_customer',
    metadata: { order_id: 'ord_1' },
  });
  assert.match(refund.id, /^re_/);
  assert.equal(refund.amount, 1999);
  assert.equal(refund.status, 'succeeded');
  assert.equal(refund.currency, 'gbp');
  assert.equal(refund.charge, intent.latest_charge);
  assert.equal(refund.reason, 'requested_by_customer');
  assert.deepEqual(refund.metadata, { order_id: 'ord_1' });
  assert.deepEqual(await sandbox.stripe.refunds.retrieve(refund.id), refund);
});

test('parts may be refunded up to what was captured', async () => {
  const { id } = await captured();
  await sandbox.stripe.refunds.create({ payment_intent: id, amount: 999 });
  const more = { type: 'StripeInvalidRequestError', statusCode: 400, param: 'amount' };
  await assert.rejects(sandbox.stripe.refunds.create({ payment_intent: id, amount: 1001 }), more);
  assert.equal((await sandbox.stripe.refunds.create({ payment_intent: id })).amount, 1000);
  const spent = { type: 'StripeInvalidRequestError', statusCode: 400, code: 'charge_already_refunded' };
  await assert.rejects(sandbox.stripe.refunds.create({ payment_intent: id }), spent);
  await assert.rejects(sandbox.stripe.refunds.create({ payment_intent: id, amount: 1 }), spent);
});

test('of many refunds at once none goes beyond the captured amount', async () => {
  const { id } = await captured();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => sandbox.stripe.refunds.create({ payment_intent: id, amount: 500 })),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3);
  const { data } = await sandbox.stripe.refunds.list({ payment_intent: id });
  assert.equal(
    data.reduce((sum, { amount }) => sum + amount, 0),
    1500,
  );
});

test('only captured money can be refunded', async () => {
  const held = await sandbox.stripe.paymentIntents.create(HELD);
  await assert.rejects(sandbox.stripe.refunds.create({ payment_intent: held.id }), {
    type: 'StripeInvalidRequestError',
    message: `This PaymentIntent (${held.id}) does not have a successful charge to refund.`,
  });
  const unknown = sandbox.stripe.refunds.create({ payment_intent: 'pi_none' });
  await assert.rejects(unknown, { code: 'resource_missing', statusCode: 400 });
  await assert.rejects(sandbox.stripe.refunds.create({}), { code: 'parameter_missing' });
  await assert.rejects(sandbox.stripe.refunds.retrieve('re_none'), {
    code: 'resource_missing',
    statusCode: 404,
  });
});

test('a refund that succeeded can fail later, and the money is the merchant’s again', async () => {
  const { id } = await captured();
  const refund = await sandbox.stripe.refunds.create({ payment_intent: id });
  const settle = (status: string) => postJson(`${sandbox.url}/refunds/${refund.id}/status`, { status });
  assert.equal((await settle('pending')).status, 400);
  assert.equal((await settle('succeeded')).status, 409);
  assert.equal((await settle('failed')).status, 200);
  assert.equal((await sandbox.stripe.refunds.retrieve(refund.id)).status, 'failed');
  assert.equal((await settle('succeeded')).status, 409);
  assert.equal((await sandbox.stripe.refunds.create({ payment_intent: id })).amount, 1999);
});

test('a hold expires by itself, and can then be neither captured nor canceled', async () => {
  const metadata = { order_id: 'ord_expiring' };
  const { id } = await sandbox.stripe.paymentIntents.create({ ...HELD, metadata });
  const expire = () => fetch(`${sandbox.url}/payments/ord_expiring/expiry`, { method: 'POST' });
  assert.equal((await expire()).status, 200);
  const { status, cancellation_reason } = await sandbox.stripe.paymentIntents.retrieve(id);
  assert.deepEqual([status, cancellation_reason], ['canceled', 'automatic']);
  const code = 'payment_intent_unexpected_state';
  await assert.rejects(sandbox.stripe.paymentIntents.capture(id), { code });
  await assert.rejects(sandbox.stripe.paymentIntents.cancel(id), { code });
  assert.equal((await expire()).status, 409);
});
