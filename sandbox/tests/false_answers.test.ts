import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { AnswerName } from '../src/faults/answers.ts';
import type { Fault, OperationName } from '../src/faults/fault.ts';
import { HELD, PARCEL, postJson, type Running, startSandbox, until } from './start.ts';

let sandbox: Running;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());
afterEach(async () => {
  await fetch(`${sandbox.url}/faults`, { method: 'DELETE' });
});

const once = (fault: Fault) => sandbox.order({ ...fault, times: 1 });

/** What is sent, whatever a client would make of it. */
async function send(path: string, form?: Record<string, string>, key?: string) {
  const response = await fetch(sandbox.url + path, {
    method: form ? 'POST' : 'GET',
    headers: { authorization: 'Bearer sk_test_x', ...(key && { 'idempotency-key': key }) },
    ...(form && { body: new URLSearchParams(form) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
async function sendJson(method: string, path: string, body?: object) {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from('key:').toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { text: await response.text() };
}
const held = async () => (await sandbox.stripe.paymentIntents.create(HELD)).id;
const statusOf = async (id: string) => (await sandbox.stripe.paymentIntents.retrieve(id)).status;
const parcel = async () => {
  const { id, rates } = await sandbox.easypost.Shipment.create({ ...PARCEL, reference: 'ord_1' } as never);
  return { id, buy: () => sandbox.easypost.Shipment.buy(id, rates[0]!.id) };
};

test('answer acts and sends another body with the status of success', async () => {
  const expected: [AnswerName, string, (text: string, id: string) => void][] = [
    ['html', 'text/html', (text) => assert.match(text, /^<!DOCTYPE html>/)],
    ['empty', 'application/json', (text) => assert.equal(text, '')],
    ['null', 'application/json', (text) => assert.equal(text, 'null')],
    ['empty_object', 'application/json', (text) => assert.equal(text, '{}')],
    ['empty_array', 'application/json', (text) => assert.equal(text, '[]')],
    ['truncated', 'application/json', (text) => assert.throws(() => JSON.parse(text))],
    ['other_object', 'application/json', (text) => assert.equal(JSON.parse(text).object, 'event')],
    ['other_id', 'application/json', (text, id) => assert.notEqual(JSON.parse(text).id, id)],
    ['other_status', 'application/json', (text) => assert.equal(JSON.parse(text).status, 'processing')],
    ['no_status', 'application/json', (text) => assert.ok(!('status' in JSON.parse(text)))],
    ['other_amount', 'application/json', (text) => assert.equal(JSON.parse(text).amount_received, 2000)],
    ['null_currency', 'application/json', (text) => assert.equal(JSON.parse(text).currency, null)],
    ['no_reference', 'application/json', (text) => assert.ok(!('metadata' in JSON.parse(text)))],
  ];
  for (const [answer, type, check] of expected) {
    const id = await held();
    await once({ operation: 'payment_intents.capture', kind: 'answer', answer });
    const { status, headers, text } = await send(`/v1/payment_intents/${id}/capture`, {});
    assert.equal(status, 200, answer);
    assert.equal(headers.get('content-type')?.split(';')[0], type, answer);
    check(text, id);
    assert.equal(await statusOf(id), 'succeeded', answer);
  }
});

test('answer_unacted sends what an act would answer, and does nothing', async () => {
  const id = await held();
  await once({ operation: 'payment_intents.capture', kind: 'answer_unacted', answer: 'genuine' });
  assert.equal((await sandbox.stripe.paymentIntents.capture(id)).status, 'succeeded');
  assert.equal(await statusOf(id), 'requires_capture');

  await once({ operation: 'payment_intents.create', kind: 'answer_unacted', answer: 'other_amount' });
  const made = await sandbox.stripe.paymentIntents.create(HELD, { idempotencyKey: 'unacted' });
  assert.equal(made.amount, HELD.amount + 1);
  await assert.rejects(sandbox.stripe.paymentIntents.retrieve(made.id), { code: 'resource_missing' });
  const genuine = await sandbox.stripe.paymentIntents.create(HELD, { idempotencyKey: 'unacted' });
  assert.equal(genuine.lastResponse.headers['idempotent-replayed'], undefined);
});

test('the carrier’s answers can be false too, in lists as well', async () => {
  for (const answer of ['null_tracking_code', 'no_tracking_code'] as const) {
    const { id, buy } = await parcel();
    await once({ operation: 'shipments.buy', kind: 'answer', answer });
    assert.ok(!(await buy()).tracking_code, answer);
    assert.ok((await sandbox.easypost.Shipment.retrieve(id)).tracking_code, answer);
  }
  await once({ operation: 'shipments.list', kind: 'answer', answer: 'other_reference' });
  const { shipments } = await sandbox.easypost.Shipment.all({});
  assert.deepEqual(
    shipments.map(({ reference }) => reference),
    ['ord_0', 'ord_0'],
  );
  await once({ operation: 'shipments.list', kind: 'answer', answer: 'empty_list' });
  assert.deepEqual((await sandbox.easypost.Shipment.all({})).shipments, []);
});

test('a refusal stays genuine', async () => {
  for (const kind of ['answer', 'answer_unacted'] as const) {
    await once({ operation: 'payment_intents.retrieve', kind, answer: 'empty_object' });
    await assert.rejects(statusOf('pi_none'), { code: 'resource_missing' });
  }
});

test('every operation can answer falsely', async () => {
  const { id: shipment, buy } = await parcel();
  const bought = await buy();
  const { id: unbought, rates } = await sandbox.easypost.Shipment.create(PARCEL as never);
  const hook = await sandbox.easypost.Webhook.create({ url: 'http://127.0.0.1:9/', webhook_secret: 'x' });
  const [intent, other] = [await held(), await held()];
  const refund = { payment_intent: intent };
  const search = "/v1/payment_intents/search?query=metadata['order_id']:'ord_1'";
  const requests: Record<OperationName, () => Promise<{ text: string }>> = {
    'payment_intents.create': () => send('/v1/payment_intents', { amount: '100', currency: 'gbp' }),
    'payment_intents.confirm': () => send(`/v1/payment_intents/${confirmable.id}/confirm`, {}),
    'payment_intents.capture': () => send(`/v1/payment_intents/${intent}/capture`, {}),
    'payment_intents.cancel': () => send(`/v1/payment_intents/${other}/cancel`, {}),
    'payment_intents.retrieve': () => send(`/v1/payment_intents/${intent}`),
    'payment_intents.search': () => send(search),
    'payment_intents.list': () => send('/v1/payment_intents'),
    'refunds.create': () => send('/v1/refunds', refund),
    'refunds.retrieve': async () => send(`/v1/refunds/${(await sandbox.stripe.refunds.list()).data[0]?.id}`),
    'refunds.list': () => send('/v1/refunds'),
    'shipments.create': () => sendJson('POST', '/v2/shipments', { shipment: PARCEL }),
    'shipments.buy': () => sendJson('POST', `/v2/shipments/${unbought}/buy`, { rate: { id: rates[0]!.id } }),
    'shipments.refund': () => sendJson('POST', `/v2/shipments/${shipment}/refund`),
    'shipments.retrieve': () => sendJson('GET', `/v2/shipments/${shipment}`),
    'shipments.list': () => sendJson('GET', '/v2/shipments'),
    'trackers.retrieve': () => sendJson('GET', `/v2/trackers/${bought.tracker.id}`),
    'trackers.list': () => sendJson('GET', '/v2/trackers'),
    'webhooks.create': () => sendJson('POST', '/v2/webhooks', { webhook: { url: 'http://127.0.0.1:9/' } }),
    'webhooks.list': () => sendJson('GET', '/v2/webhooks'),
    'webhooks.delete': () => sendJson('DELETE', `/v2/webhooks/${hook.id}`),
  };
  const confirmable = await sandbox.stripe.paymentIntents.create({ ...HELD, confirm: false });
  for (const [operation, request] of Object.entries(requests)) {
    await sandbox.order({ operation: operation as OperationName, kind: 'answer_unacted', answer: 'html' });
    assert.match((await request()).text, /^<!DOCTYPE html>/, operation);
    await fetch(`${sandbox.url}/faults`, { method: 'DELETE' });
    assert.doesNotMatch((await request()).text, /^\{"error"/, operation);
  }
});

test('outcome unchanged: acknowledged and not done, also when the key comes again', async () => {
  for (const step of ['capture', 'cancel'] as const) {
    const id = await held();
    await once({ operation: `payment_intents.${step}`, kind: 'outcome', outcome: 'unchanged' });
    for (const replayed of [null, 'true']) {
      const { status, headers, text } = await send(`/v1/payment_intents/${id}/${step}`, {}, `left-${step}`);
      assert.deepEqual([status, JSON.parse(text).status], [200, 'requires_capture']);
      assert.equal(headers.get('idempotent-replayed'), replayed);
    }
    assert.equal(await statusOf(id), 'requires_capture');
    assert.notEqual((await sandbox.stripe.paymentIntents[step](id)).status, 'requires_capture');
  }
  await once({ operation: 'payment_intents.create', kind: 'outcome', outcome: 'unchanged' });
  assert.equal(await statusOf(await held()), 'requires_confirmation');

  const { id, buy } = await parcel();
  await once({ operation: 'shipments.buy', kind: 'outcome', outcome: 'unchanged' });
  assert.equal((await buy()).tracking_code, null);
  assert.ok((await buy()).tracking_code);
  await once({ operation: 'shipments.refund', kind: 'outcome', outcome: 'unchanged' });
  assert.equal((await sandbox.easypost.Shipment.refund(id)).refund_status, null);
});

test('outcome failed: the refund is there and gives nothing back', async () => {
  const id = await held();
  await sandbox.stripe.paymentIntents.capture(id);
  await once({ operation: 'refunds.create', kind: 'outcome', outcome: 'failed' });
  const failed = await sandbox.stripe.refunds.create({ payment_intent: id }, { idempotencyKey: 'failed' });
  assert.equal(failed.status, 'failed');
  const again = await sandbox.stripe.refunds.create({ payment_intent: id }, { idempotencyKey: 'failed' });
  assert.deepEqual([again.id, again.status], [failed.id, 'failed']);
  assert.equal((await sandbox.stripe.refunds.create({ payment_intent: id })).status, 'succeeded');
});

test('outcome pending: the refund succeeds after its delay, if it has one', async () => {
  const refund = async (delay_ms?: number) => {
    const id = await held();
    await sandbox.stripe.paymentIntents.capture(id);
    await once({
      ...{ operation: 'refunds.create', kind: 'outcome', outcome: 'pending' },
      ...(delay_ms && { delay_ms }),
    });
    const made = await sandbox.stripe.refunds.create({ payment_intent: id });
    assert.equal(made.status, 'pending');
    const twice = sandbox.stripe.refunds.create({ payment_intent: id });
    await assert.rejects(twice, { code: 'charge_already_refunded' });
    return async () => (await sandbox.stripe.refunds.retrieve(made.id)).status;
  };
  const status = await refund(200);
  await until(async () => (await status()) === 'succeeded');
  assert.equal(await (await refund())(), 'pending');
});

test('outcome not_applicable: the carrier gives nothing back, however often it is asked', async () => {
  const { id, buy } = await parcel();
  await buy();
  await once({ operation: 'shipments.refund', kind: 'outcome', outcome: 'not_applicable' });
  for (let time = 0; time < 2; time++)
    assert.equal((await sandbox.easypost.Shipment.refund(id)).refund_status, 'not_applicable');
});

test('outcome rejected: the parcel stays live, and may be refunded again', async () => {
  const { id, buy } = await parcel();
  await buy();
  await once({ operation: 'shipments.refund', kind: 'outcome', outcome: 'rejected' });
  assert.equal((await sandbox.easypost.Shipment.refund(id)).refund_status, 'rejected');
  const { refund_status, tracker } = await sandbox.easypost.Shipment.retrieve(id);
  assert.deepEqual([refund_status, tracker.status], ['rejected', 'pre_transit']);
  assert.equal((await sandbox.easypost.Shipment.refund(id)).refund_status, 'submitted');
});

test('a failure that is kept is given again under its key; another key acts, or finds it done', async () => {
  for (const [kind, status, left] of [
    ['fail_before', 503, 'requires_capture'],
    ['fail_after', 500, 'succeeded'],
    ['fail_before', 402, 'requires_capture'],
  ] as const) {
    const id = await held();
    await once({ operation: 'payment_intents.capture', kind, status, kept: true });
    for (const replayed of [null, 'true', 'true']) {
      const { headers, ...answer } = await send(`/v1/payment_intents/${id}/capture`, {}, `kept-${id}`);
      assert.equal(answer.status, status);
      assert.equal(headers.get('idempotent-replayed'), replayed);
    }
    assert.equal(await statusOf(id), left);
  }
  const id = await held();
  await sandbox.stripe.paymentIntents.capture(id, undefined, { idempotencyKey: 'known' });
  await once({ operation: 'payment_intents.capture', kind: 'fail_after', kept: true });
  assert.equal((await send(`/v1/payment_intents/${id}/capture`, {}, 'known')).status, 500);
  assert.equal((await send(`/v1/payment_intents/${id}/capture`, {}, 'known')).status, 200);
});

test('a failure can say when to come again', async () => {
  await once({ operation: '*', kind: 'fail_before', status: 429, retry_after_s: 7 });
  const { status, headers } = await send('/v1/payment_intents');
  assert.deepEqual([status, headers.get('retry-after')], [429, '7']);
});

test('drip acts and sends its answer byte by byte', async () => {
  const id = await held();
  await once({ operation: 'payment_intents.capture', kind: 'drip', delay_ms: 1 });
  const { text } = await send(`/v1/payment_intents/${id}/capture`, {});
  assert.equal(JSON.parse(text).status, 'succeeded');

  await once({ operation: 'payment_intents.retrieve', kind: 'drip', delay_ms: 60_000 });
  const response = await fetch(`${sandbox.url}/v1/payment_intents/${id}`, {
    headers: { authorization: 'Bearer sk_test_x' },
  });
  const cut = assert.rejects(response.text());
  await sandbox.restart();
  await cut;
});

test('what does not go together is told by field', async () => {
  const wrong: [object, string[]][] = [
    [{ operation: '*', kind: 'answer' }, ['answer']],
    [{ operation: '*', kind: 'answer', answer: 'other_weather' }, ['answer']],
    [{ operation: '*', kind: 'slow', delay_ms: 1, answer: 'html' }, ['answer']],
    [{ operation: '*', kind: 'drip' }, ['delay_ms']],
    [{ operation: '*', kind: 'outcome', outcome: 'failed' }, ['outcome']],
    [{ operation: 'refunds.create', kind: 'outcome', outcome: 'unchanged' }, ['outcome']],
    [
      { operation: '*', kind: 'drop_after', kept: 1, retry_after_s: 0 },
      ['retry_after_s', 'kept', 'retry_after_s', 'kept'],
    ],
  ];
  for (const [body, fields] of wrong) {
    const response = await postJson(`${sandbox.url}/faults`, body);
    assert.equal(response.status, 400);
    const { errors } = (await response.json()) as { errors: { field: string }[] };
    assert.deepEqual(
      errors.map(({ field }) => field),
      fields,
    );
  }
});
