import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { HELD, type Running, startSandbox } from './start.ts';

let sandbox: Running;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

const intents = () => sandbox.stripe.paymentIntents;

test('an intent without a payment method waits for one, with one for confirmation', async () => {
  const empty = await intents().create({ amount: 500, currency: 'gbp' });
  assert.equal(empty.status, 'requires_payment_method');
  assert.equal(empty.currency, 'gbp');
  assert.match(empty.id, /^pi_/);

  const ready = await intents().create({ amount: 500, currency: 'gbp', payment_method: 'pm_card_visa' });
  assert.equal(ready.status, 'requires_confirmation');
  assert.equal(ready.latest_charge, null);
});

test('manual capture: create, confirm, capture', async () => {
  const { id } = await intents().create({ ...HELD, confirm: false, metadata: { order_id: 'ord_1' } });
  const held = await intents().confirm(id);
  assert.equal(held.status, 'requires_capture');
  assert.equal(held.amount_capturable, 1999);
  assert.equal(held.amount_received, 0);
  assert.match(String(held.latest_charge), /^ch_/);

  const captured = await intents().capture(id);
  assert.equal(captured.status, 'succeeded');
  assert.equal(captured.amount_capturable, 0);
  assert.equal(captured.amount_received, 1999);
  assert.equal(captured.metadata.order_id, 'ord_1');
  assert.deepEqual(await intents().retrieve(id), captured);
});

test('create with confirm holds at once; automatic capture takes at once', async () => {
  assert.equal((await intents().create(HELD)).status, 'requires_capture');
  const taken = await intents().create({ ...HELD, capture_method: 'automatic' });
  assert.equal(taken.status, 'succeeded');
  assert.equal(taken.amount_received, 1999);
});

test('a part may be captured, but not more than is held', async () => {
  const { id } = await intents().create(HELD);
  await assert.rejects(intents().capture(id, { amount_to_capture: 2000 }), { code: 'amount_too_large' });
  const captured = await intents().capture(id, { amount_to_capture: 1500 });
  assert.equal(captured.amount_received, 1500);
  assert.equal(captured.amount, 1999);
});

test('cancel releases a hold', async () => {
  const { id } = await intents().create(HELD);
  const canceled = await intents().cancel(id, { cancellation_reason: 'requested_by_customer' });
  assert.equal(canceled.status, 'canceled');
  assert.equal(canceled.amount_capturable, 0);
  assert.equal(canceled.cancellation_reason, 'requested_by_customer');
  assert.ok(canceled.canceled_at);
});

test('a step that the status forbids is refused, with the intent inside the error', async () => {
  const captured = await intents().create({ ...HELD, capture_method: 'automatic' });
  const canceled = await intents().create(HELD);
  await intents().cancel(canceled.id);
  const unconfirmed = await intents().create({ ...HELD, confirm: false });
  const empty = await intents().create({ amount: 500, currency: 'gbp' });
  const steps = {
    'capture captured': [captured, () => intents().capture(captured.id)],
    'cancel captured': [captured, () => intents().cancel(captured.id)],
    'confirm captured': [captured, () => intents().confirm(captured.id)],
    'capture canceled': [canceled, () => intents().capture(canceled.id)],
    'cancel canceled': [canceled, () => intents().cancel(canceled.id)],
    'confirm canceled': [canceled, () => intents().confirm(canceled.id)],
    'capture unconfirmed': [unconfirmed, () => intents().capture(unconfirmed.id)],
    'confirm without a method': [empty, () => intents().confirm(empty.id)],
  } as const;
  for (const [name, [{ id }, step]] of Object.entries(steps)) {
    const before = await intents().retrieve(id);
    await assert.rejects(
      step,
      (error) => {
        assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
        assert.equal(error.statusCode, 400);
        assert.equal(error.code, 'payment_intent_unexpected_state');
        assert.deepEqual(error.payment_intent, { ...before });
        return true;
      },
      name,
    );
    assert.deepEqual({ ...(await intents().retrieve(id)) }, { ...before }, name);
  }
});

test('of many captures at once one takes the money', async () => {
  const { id } = await intents().create(HELD);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => intents().capture(id)));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  const { amount_received } = await intents().retrieve(id);
  assert.equal(amount_received, 1999);
});

test('of a capture and a cancel at once one wins', async () => {
  const { id } = await intents().create(HELD);
  const outcomes = await Promise.allSettled([intents().capture(id), intents().cancel(id)]);
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('the charge can be expanded', async () => {
  const { id } = await intents().create({ ...HELD, capture_method: 'automatic' });
  await sandbox.stripe.refunds.create({ payment_intent: id, amount: 99 });
  const { latest_charge } = await intents().retrieve(id, { expand: ['latest_charge'] });
  assert.ok(latest_charge && typeof latest_charge === 'object');
  assert.equal(latest_charge.amount_captured, 1999);
  assert.equal(latest_charge.amount_refunded, 99);
});

test('what is not there is not found', async () => {
  const missing = { type: 'StripeInvalidRequestError', code: 'resource_missing' };
  await assert.rejects(intents().retrieve('pi_none'), { ...missing, statusCode: 404 });
  await assert.rejects(intents().capture('pi_none'), { ...missing, statusCode: 404 });
  await assert.rejects(intents().create({ ...HELD, payment_method: 'pm_none' }), {
    ...missing,
    statusCode: 400,
  });
});

test('parameters are checked', async () => {
  const refused: [object, object][] = [
    [{ currency: 'gbp' }, { code: 'parameter_missing', param: 'amount' }],
    [
      { amount: 0, currency: 'gbp' },
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    [
      { amount: 10.5, currency: 'gbp' },
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    [
      { amount: 1e9, currency: 'gbp' },
      { code: 'amount_too_large', param: 'amount' },
    ],
    [{ amount: 100, currency: 'zzz' }, { param: 'currency' }],
    [{ amount: 100, currency: 'GBP' }, { param: 'currency' }],
    [
      { amount: 29, currency: 'gbp' },
      { code: 'amount_too_small', param: 'amount' },
    ],
    [{ amount: 1001, currency: 'kwd' }, { param: 'amount' }],
    [{ amount: 550, currency: 'isk' }, { param: 'amount' }],
    [{ amount: 100, currency: 'gbp', error_on_requires_action: true }, { param: 'error_on_requires_action' }],
    [{ ...HELD, automatic_payment_methods: { enabled: true } }, { param: 'return_url' }],
    [
      {
        amount: 100,
        currency: 'gbp',
        automatic_payment_methods: { enabled: true },
        payment_method_types: ['card'],
      },
      { param: 'payment_method_types' },
    ],
    [
      { amount: 100, currency: 'gbp', confirm: true },
      { code: 'parameter_missing', param: 'payment_method' },
    ],
    [
      { amount: 100, currency: 'gbp', colour: 'red' },
      { code: 'parameter_unknown', param: 'colour' },
    ],
    [{ amount: 100, currency: 'gbp', metadata: { a: 'x'.repeat(501) } }, { param: 'metadata[a]' }],
  ];
  for (const [parameters, expected] of refused) {
    const create = intents().create(parameters as Stripe.PaymentIntentCreateParams);
    await assert.rejects(create, { type: 'StripeInvalidRequestError', statusCode: 400, ...expected });
  }
});

test('the least amounts and coarsest steps are taken', async () => {
  for (const [amount, currency] of [
    [30, 'gbp'],
    [1010, 'kwd'],
    [500, 'isk'],
    [1, 'krw'],
  ] as const) {
    assert.equal((await intents().create({ amount, currency })).amount, amount);
  }
});

test('a test key is needed', async () => {
  const bare = await fetch(`${sandbox.url}/v1/payment_intents`);
  assert.equal(bare.status, 401);
  const live = new Stripe('sk_live_x', {
    host: '127.0.0.1',
    port: new URL(sandbox.url).port,
    protocol: 'http',
  });
  await assert.rejects(live.paymentIntents.list(), { type: 'StripeAuthenticationError', statusCode: 401 });
  const basic = { authorization: `Basic ${btoa('sk_test_x:')}` };
  assert.equal((await fetch(`${sandbox.url}/v1/payment_intents`, { headers: basic })).status, 200);
});

test('an unknown address is told in the protocol', async () => {
  const response = await fetch(`${sandbox.url}/v1/balance`);
  assert.equal(response.status, 404);
  assert.match(await response.text(), /Unrecognized request URL/);
});
