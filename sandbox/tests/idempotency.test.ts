import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Stripe } from 'stripe';
import { HELD, type Running, startSandbox, stripeAt } from './start.ts';

let sandbox: Running;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

let keys = 0;
const newKey = () => ({ idempotencyKey: `key-${++keys}` });
const replayed = (object: { lastResponse: { headers: Record<string, string> } }) =>
  object.lastResponse.headers['idempotent-replayed'] === 'true';
const intentCount = async () => (await sandbox.pool.query('SELECT FROM sandbox.payment_intents')).rowCount;

test('the same key and parameters have one effect and one answer', async () => {
  const key = newKey();
  const first = await sandbox.stripe.paymentIntents.create(HELD, key);
  const before = await intentCount();
  const second = await sandbox.stripe.paymentIntents.create(HELD, key);
  assert.deepEqual(second, first);
  assert.equal(replayed(first), false);
  assert.equal(replayed(second), true);
  assert.equal(await intentCount(), before);
});

test('the order of the parameters does not matter', async () => {
  const key = newKey();
  const first = await sandbox.stripe.paymentIntents.create({ amount: 100, currency: 'gbp' }, key);
  const second = await sandbox.stripe.paymentIntents.create({ currency: 'gbp', amount: 100 }, key);
  assert.equal(second.id, first.id);
});

test('the answer stays what it was, whatever happened since', async () => {
  const key = newKey();
  const held = await sandbox.stripe.paymentIntents.create(HELD, key);
  const capture_key = newKey();
  const captured = await sandbox.stripe.paymentIntents.capture(held.id, undefined, capture_key);
  const refund_key = newKey();
  const refund = await sandbox.stripe.refunds.create({ payment_intent: held.id }, refund_key);

  assert.deepEqual(await sandbox.stripe.paymentIntents.create(HELD, key), held);
  assert.deepEqual(await sandbox.stripe.paymentIntents.capture(held.id, undefined, capture_key), captured);
  const again = await sandbox.stripe.refunds.create({ payment_intent: held.id }, refund_key);
  assert.deepEqual(again, refund);
  assert.equal(replayed(again), true);
});

test('a key is bound to its parameters and its endpoint', async () => {
  const key = newKey();
  const { id } = await sandbox.stripe.paymentIntents.create(HELD, key);
  const refused = { type: 'StripeIdempotencyError', statusCode: 400, rawType: 'idempotency_error' };
  await assert.rejects(sandbox.stripe.paymentIntents.create({ ...HELD, amount: 100 }, key), refused);
  await assert.rejects(sandbox.stripe.paymentIntents.capture(id, undefined, key), refused);
  await assert.rejects(sandbox.stripe.refunds.create({ payment_intent: id }, key), refused);
  assert.equal((await sandbox.stripe.paymentIntents.retrieve(id)).status, 'requires_capture');
});

test('a decline is kept', async () => {
  const key = newKey();
  const declined = { ...HELD, payment_method: 'pm_card_chargeDeclined' };
  const errors: Stripe.errors.StripeCardError[] = [];
  for (let time = 0; time < 2; time++) {
    await assert.rejects(sandbox.stripe.paymentIntents.create(declined, key), (error) => {
      errors.push(error as Stripe.errors.StripeCardError);
      return true;
    });
  }
  assert.equal(errors[1]?.payment_intent?.id, errors[0]?.payment_intent?.id);
  assert.equal(errors[1]?.headers?.['idempotent-replayed'], 'true');

  const { id } = await sandbox.stripe.paymentIntents.create({ ...declined, confirm: false });
  const confirm_key = newKey();
  await assert.rejects(sandbox.stripe.paymentIntents.confirm(id, {}, confirm_key), { code: 'card_declined' });
  await assert.rejects(sandbox.stripe.paymentIntents.confirm(id, {}, confirm_key), { code: 'card_declined' });
});

test('a refusal found while executing is kept', async () => {
  const { id } = await sandbox.stripe.paymentIntents.create({ ...HELD, confirm: false });
  const key = newKey();
  const refused = { code: 'payment_intent_unexpected_state' };
  await assert.rejects(sandbox.stripe.paymentIntents.capture(id, undefined, key), refused);
  await sandbox.stripe.paymentIntents.confirm(id);
  await assert.rejects(sandbox.stripe.paymentIntents.capture(id, undefined, key), refused);
  assert.equal((await sandbox.stripe.paymentIntents.capture(id)).status, 'succeeded');
});

test('a refusal by validation is not kept', async () => {
  const key = newKey();
  const unknown = { ...HELD, payment_method: 'pm_none' };
  await assert.rejects(sandbox.stripe.paymentIntents.create(unknown, key), { code: 'resource_missing' });
  assert.equal((await sandbox.stripe.paymentIntents.create(HELD, key)).status, 'requires_capture');
});

test('while a request is executing another with its key is told so', async () => {
  await sandbox.order({ operation: 'payment_intents.create', kind: 'slow', delay_ms: 300, times: 2 });
  const key = newKey();
  const before = await intentCount();
  const create = () => sandbox.stripe.paymentIntents.create(HELD, key);
  const outcomes = await Promise.allSettled([create(), create()]);
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  assert.deepEqual(
    refused.map(({ type, statusCode, code }) => ({ type, statusCode, code })),
    [{ type: 'StripeAPIError', statusCode: 409, code: 'idempotency_key_in_use' }],
  );
  assert.equal(await intentCount(), before! + 1);
});

test('many requests at once with one key have one effect', async () => {
  const key = newKey();
  const before = await intentCount();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => sandbox.stripe.paymentIntents.create(HELD, key)),
  );
  const ids = new Set<string>();
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') ids.add(outcome.value.id);
    else {
      assert.equal(outcome.reason.statusCode, 409);
      assert.equal(outcome.reason.code, 'idempotency_key_in_use');
    }
  }
  assert.equal(ids.size, 1);
  assert.equal(await intentCount(), before! + 1);
});

test('two sandboxes on one database keep one effect too', async (context) => {
  const { createSandbox } = await import('../src/sandbox.ts');
  const twin = createSandbox({ pool: sandbox.pool });
  context.after(() => twin.close());
  const other = stripeAt(await twin.listen());
  const { id } = await sandbox.stripe.paymentIntents.create({ ...HELD, capture_method: 'automatic' });
  for (let round = 0; round < 10; round++) {
    const key = newKey();
    const ask = { payment_intent: id, amount: 10 };
    const [one, two] = await Promise.all([
      sandbox.stripe.refunds.create(ask, key),
      other.refunds.create(ask, key),
    ]);
    assert.equal(one.id, two.id);
  }
  const { data } = await sandbox.stripe.refunds.list({ payment_intent: id, limit: 100 });
  assert.equal(data.length, 10);
});

test('keys, effects and answers survive a restart', async () => {
  const key = newKey();
  const held = await sandbox.stripe.paymentIntents.create(HELD, key);
  await sandbox.restart();
  const again = await sandbox.stripe.paymentIntents.create(HELD, key);
  assert.deepEqual({ ...again }, { ...held });
  assert.equal(replayed(again), true);
  assert.deepEqual({ ...(await sandbox.stripe.paymentIntents.retrieve(held.id)) }, { ...held });
});

test('keys younger than a day are kept, older ones go', async () => {
  const { IdempotencyKeys } = await import('../src/stripe/idempotency.ts');
  const [young, old] = [newKey(), newKey()];
  const first = await sandbox.stripe.paymentIntents.create(HELD, young);
  const second = await sandbox.stripe.paymentIntents.create(HELD, old);
  for (const [hours, key] of [
    [23, young],
    [25, old],
  ] as const) {
    await sandbox.pool.query(
      'UPDATE sandbox.idempotency_keys SET created_at = now() - make_interval(hours => $1) WHERE key = $2',
      [hours, key.idempotencyKey],
    );
  }
  await new IdempotencyKeys(sandbox.pool).purge();
  assert.equal((await sandbox.stripe.paymentIntents.create(HELD, young)).id, first.id);
  assert.notEqual((await sandbox.stripe.paymentIntents.create(HELD, old)).id, second.id);
});
