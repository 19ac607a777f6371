import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { StripeProvider } from '../src/payments/stripe.ts';
import { connectStripe } from '../src/payments/stripe_client.ts';
import { type Exchange, type Recorder, startRecorder } from './recorder.ts';
import { type StripeMock, startStripeMock } from './stripe-mock.ts';

const mock = await startStripeMock();
const PAYMENT = {
  ...{ order_id: 'ord_1', amount: 1999, currency: 'GBP', payment_method: 'pm_card_visa' },
  placed_at: new Date(),
};
const HELD = { ...PAYMENT, intent_id: 'pi_1' };

const HELD_INTENT = {
  id: 'pi_1',
  status: 'requires_capture',
  amount: 1999,
  amount_received: 0,
  currency: 'gbp',
  metadata: { order_id: 'ord_1' },
};
const CAPTURED_INTENT = { ...HELD_INTENT, status: 'succeeded', amount_received: 1999 };
const REFUNDED = { status: 'succeeded', amount: 1999, currency: 'gbp', payment_intent: 'pi_1' };

/** What the responses state of the order, by the beginning of the request; the first that fits counts. */
const FACTS = {
  'POST /v1/payment_intents/pi_1/capture': CAPTURED_INTENT,
  'POST /v1/payment_intents/pi_1/cancel': { ...HELD_INTENT, status: 'canceled' },
  'GET /v1/payment_intents/search': { data: [] },
  'GET /v1/payment_intents/pi_1': HELD_INTENT,
  'GET /v1/refunds': { data: [] },
  'POST /v1/refunds': REFUNDED,
  'POST /v1/payment_intents': HELD_INTENT,
};

/**
 * A server that was not written here judges the adapter's requests by Stripe's own schema. It keeps
 * nothing, so the facts of the order are put into its responses once it has judged. Its schema is of 2026-08-26, older than the client's 2026-10-28, against which the client's types check the same requests.
 */
describe('Stripe’s own mock accepts', { skip: typeof mock === 'string' ? mock : false }, async () => {
  const recorder = await startRecorder((mock as StripeMock).url);
  const provider = new StripeProvider(
    connectStripe({ key: 'sk_test_123', url: recorder.url, timeout_ms: 5_000 }),
  );
  const judged = new Map<string, Exchange>();

  beforeEach(() => {
    for (const [request, facts] of Object.entries(FACTS)) {
      recorder.replace(request, (genuine) => ({ status: 200, body: { ...genuine, ...facts } }));
    }
  });
  afterEach(() => {
    const { exchanges } = recorder;
    recorder.reset();
    for (const exchange of exchanges) {
      assert.equal(exchange.status, 200, `${exchange.request}: ${JSON.stringify(exchange.answer)}`);
      const name = exchange.request.replace(/pi_\w+/, '{intent}');
      judged.set(`${name} ${parametersOf(exchange)}`.trim(), exchange);
    }
  });
  after(() => {
    recorder.close();
    (mock as StripeMock).stop();
  });

  it('a hold, whose intent is then known', async () => {
    const { intent_id } = await provider.authorise(PAYMENT, { ask_first: false });
    assert.deepEqual(requests(recorder), ['POST /v1/payment_intents']);
    assert.equal(intent_id, 'pi_1');
    const sent = new URLSearchParams(recorder.exchanges[0]?.body);
    assert.equal(sent.get('capture_method'), 'manual');
    assert.equal(sent.get('confirm'), 'true');
    assert.equal(sent.get('error_on_requires_action'), 'true');
    assert.equal(recorder.exchanges[0]?.headers['idempotency-key'], 'order-ord_1-authorise');
  });

  it('the search for a hold in doubt, which is made when there is none', async () => {
    await provider.authorise(PAYMENT, { ask_first: true });
    assert.deepEqual(requests(recorder), [
      'GET /v1/payment_intents/search',
      'POST /v1/payment_intents',
      'GET /v1/payment_intents/pi_1',
    ]);
  });

  it('the search for a hold in doubt, which is taken as it is found', async () => {
    recorder.replace('GET /v1/payment_intents/search', (list) => ({
      status: 200,
      body: { ...list, data: [{ ...list.data[0], ...HELD_INTENT }] },
    }));
    const { intent_id } = await provider.authorise(PAYMENT, { ask_first: true });
    assert.deepEqual(requests(recorder), ['GET /v1/payment_intents/search', 'GET /v1/payment_intents/pi_1']);
    assert.equal(intent_id, 'pi_1');
  });

  it('a capture, and the question that goes before it in doubt', async () => {
    await provider.capture(HELD, { ask_first: true });
    assert.deepEqual(requests(recorder), [
      'GET /v1/payment_intents/pi_1',
      'POST /v1/payment_intents/pi_1/capture',
    ]);
  });

  it('a cancel', async () => {
    const given = await provider.giveBack(HELD);
    assert.deepEqual(given, { kind: 'voided', intent_id: 'pi_1' });
    assert.deepEqual(requests(recorder), ['POST /v1/payment_intents/pi_1/cancel']);
  });

  it('an intent that only uses the key up', async () => {
    assert.deepEqual(await provider.giveBack({ ...PAYMENT, intent_id: undefined }), { kind: 'nothing' });
    const [, create, cancel] = recorder.exchanges;
    assert.equal(new URLSearchParams(create?.body).get('confirm'), 'false');
    assert.equal(cancel?.request, 'POST /v1/payment_intents/pi_1/cancel');
  });

  it('a refund of what was captured', async () => {
    captured(recorder);
    let isRefunded = false;
    recorder.replace('GET /v1/refunds', (list) => ({
      status: 200,
      body: { ...list, data: isRefunded ? [{ ...list.data[0], ...REFUNDED }] : [] },
    }));
    recorder.replace('POST /v1/refunds', (refund) => {
      isRefunded = true;
      return { status: 200, body: { ...refund, ...REFUNDED } };
    });
    const given = await provider.giveBack(HELD);
    assert.deepEqual(requests(recorder), [
      'POST /v1/payment_intents/pi_1/cancel',
      'GET /v1/payment_intents/pi_1',
      'GET /v1/refunds',
      'POST /v1/refunds',
      'GET /v1/refunds',
    ]);
    const refund_id = recorder.exchanges[4]?.answer.data[0].id;
    assert.deepEqual(given, { kind: 'refunded', intent_id: 'pi_1', refund_id });
  });

  it('the list of refunds, when there was one already', async () => {
    captured(recorder);
    recorder.replace('GET /v1/refunds', (list) => ({
      status: 200,
      body: { ...list, data: [{ ...list.data[0], ...REFUNDED }] },
    }));
    const given = await provider.giveBack(HELD);
    assert.equal(requests(recorder)[2], 'GET /v1/refunds');
    const refund_id = recorder.exchanges[2]?.answer.data[0].id;
    assert.deepEqual(given, { kind: 'refunded', intent_id: 'pi_1', refund_id });
  });

  it('none of these with a parameter that Stripe does not have, so it did judge', async (t) => {
    for (const [name, exchange] of judged) {
      const { status, text } = await repeatWith(exchange, 'no_such_parameter=1');
      assert.equal(status, 400, name);
      assert.match(text, /additional properties are not allowed/);
    }
    assert.deepEqual(
      [...new Set([...judged.keys()].map((name) => name.split(' ').slice(0, 2).join(' ')))].sort(),
      [
        'GET /v1/payment_intents/search',
        'GET /v1/payment_intents/{intent}',
        'GET /v1/refunds',
        'POST /v1/payment_intents',
        'POST /v1/payment_intents/{intent}/cancel',
        'POST /v1/payment_intents/{intent}/capture',
        'POST /v1/refunds',
      ],
    );
    t.diagnostic(`validated by stripe-mock, from ${(mock as StripeMock).origin}:`);
    for (const name of judged.keys()) t.diagnostic(name);
  });
});

function requests({ exchanges }: Recorder): string[] {
  return exchanges.map(({ request }) => request);
}

function parametersOf({ url, body }: Exchange): string {
  const parameters = new URLSearchParams(body || new URL(url).search);
  return [...parameters].map(([name, value]) => `${name}=${value.replace(/pi_\w+/, '{intent}')}`).join(' ');
}

async function repeatWith({ method, url, headers, body }: Exchange, parameter: string) {
  const isGet = method === 'GET';
  const response = await fetch(isGet ? `${url}${url.includes('?') ? '&' : '?'}${parameter}` : url, {
    method,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(!isGet && { body: body ? `${body}&${parameter}` : parameter }),
  });
  return { status: response.status, text: await response.text() };
}

/** As Stripe answers when the money was taken. */
function captured(recorder: Recorder): void {
  recorder.replace('POST /v1/payment_intents/pi_1/cancel', refusal('payment_intent_unexpected_state'));
  recorder.replace('GET /v1/payment_intents/pi_1', (intent) => ({
    status: 200,
    body: { ...intent, ...CAPTURED_INTENT },
  }));
}

function refusal(code: string) {
  const error = { type: 'invalid_request_error', code, message: 'No.' };
  return () => ({ status: 400, body: { error } });
}
