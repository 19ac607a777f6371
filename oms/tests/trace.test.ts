import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  followsCancel,
  followsOrder,
  HEADERS,
  metricsOf,
  type Observed,
  startObserved,
  TRACE_ID,
} from './observed.ts';
import { readMetrics } from './prometheus.ts';

let observed: Observed;
before(async () => {
  observed = await startObserved({ config: { retry_first_delay_ms: 30 } });
  await observed.network.api.stock('LAMP', 20);
});
after(() => observed.network.stop());

test('every answer tells the id of its request', async () => {
  const { api } = observed.network;
  const told = async (headers: Record<string, string>, path = '/health') =>
    (await api.call('GET', path, undefined, headers)).headers.get('x-request-id');
  assert.equal(await told({ 'x-request-id': 'till-6' }), 'till-6');
  assert.equal(await told({ 'x-request-id': 'till-6' }, '/api/v1/orders/nobody'), 'till-6');
  const made = [await told({}), await told({ 'x-request-id': 'two words' }), await told({})];
  for (const id of made) assert.match(id!, /^[0-9a-f-]{36}$/);
  assert.equal(new Set(made).size, made.length);
});

test('an order tells in all that is done for it which request placed it', async () => {
  await followsOrder(observed);
});

test('what is done because of a cancel tells the request that cancelled', async () => {
  await followsCancel(observed);
});

test('an order that comes to require attention is logged once, without the detail, however often it is retried', async (t) => {
  const { network, lines } = observed;
  t.after(() => network.sandbox.call('DELETE', '/faults'));
  for (const operation of ['payment_intents.capture', 'payment_intents.retrieve'])
    await network.sandbox.call('POST', '/faults', { operation, kind: 'fail_before', status: 500 });
  const headers = { ...HEADERS, 'x-request-id': 'till-10' };
  const { id } = await network.api.place({ lines: [{ sku: 'LAMP', quantity: 1 }] }, headers);
  const asked = () =>
    lines.filter(
      ({ order_id, step, outcome }) => order_id === id && step === 'ask_for_attention' && outcome === 'done',
    ).length;
  while (asked() < 1) await delay(10);
  await network.api.call('POST', `/api/v1/orders/${id}/attention`, { action: 'retry' });
  while (asked() < 2) await delay(10);
  const warned = lines.filter(({ order_id, msg }) => order_id === id && msg === 'order requires attention');
  assert.equal(warned.length, 1);
  const { level, code, step, trace_id, request_id, detail } = warned[0]!;
  assert.deepEqual(
    { level, code, step, trace_id, request_id, detail },
    {
      ...{ level: 40, code: 'payment_outcome_unknown', step: 'capture_payment', detail: undefined },
      ...{ trace_id: TRACE_ID, request_id: 'till-10' },
    },
  );
  await network.sandbox.call('DELETE', '/faults');
  await network.api.call('POST', `/api/v1/orders/${id}/attention`, { action: 'retry' });
  assert.equal((await network.api.ended(id)).status, 'completed');
});

test('an order that was placed without a trace gets one', async () => {
  const { network, lines } = observed;
  const { id } = await network.api.place(
    { lines: [{ sku: 'LAMP', quantity: 1 }] },
    { traceparent: '00-nonsense', 'x-request-id': 'till-8' },
  );
  await network.api.ended(id);
  const own = lines.filter(({ request_id }) => request_id === 'till-8');
  assert.ok(own.some(({ step }) => step === 'complete_order'));
  const traces = new Set(own.map(({ trace_id }) => trace_id));
  assert.equal(traces.size, 1);
  assert.match(String([...traces][0]), /^[0-9a-f]{32}$/);
});

test('the trace outlives the process', async () => {
  const { network, lines, options } = observed;
  await network.restart({ ...options, config: { ...options.config, retry_first_delay_ms: 60_000 } });
  await network.sandbox.call('POST', '/faults', {
    operation: 'payment_intents.capture',
    kind: 'fail_before',
    times: 1,
  });
  const headers = { ...HEADERS, 'x-request-id': 'till-9' };
  const { id } = await network.api.place({ lines: [{ sku: 'LAMP', quantity: 1 }] }, headers);
  while (!lines.some(({ msg, request_id }) => msg === 'step failed' && request_id === 'till-9'))
    await delay(10);
  await network.stopService();
  lines.length = 0;
  await network.restart();
  await network.api.ended(id);
  const steps = lines.filter(({ order_id, msg }) => order_id === id && msg === 'step');
  assert.ok(steps.some(({ step }) => step === 'complete_order'));
  assert.deepEqual([...new Set(steps.map(({ request_id }) => request_id))], ['till-9']);
});

test('the trace outlives the workflow', async () => {
  const { network, options } = observed;
  await network.restart({ ...options, worker: false });
  const headers = { ...HEADERS, 'x-request-id': 'till-10' };
  const { id } = await network.api.place({ lines: [{ sku: 'LAMP', quantity: 1 }] }, headers);
  await network.pool.query('DELETE FROM outbox WHERE order_id = $1', [id]);
  await network.restart();
  assert.equal((await network.context.sweeper.sweep(0)).restarted, 1);
  await network.api.ended(id);
  const steps = observed.lines.filter(({ order_id, msg }) => order_id === id && msg === 'step');
  assert.deepEqual([...new Set(steps.map(({ request_id }) => request_id))], ['till-10']);
});

test('the work is measured', async () => {
  // The service has been started anew since the other orders.
  const { network } = observed;
  const declined = { lines: [{ sku: 'LAMP', quantity: 1 }], payment_method: 'pm_card_chargeDeclined' };
  const { id } = await network.api.place(declined);
  assert.equal((await network.api.ended(id)).status, 'cancelled');
  const metrics = await metricsOf(observed);
  assert.equal(metrics.get('orders_ended_total{status="completed"}'), 1);
  assert.equal(metrics.get('orders_ended_total{status="cancelled"}'), 1);
  assert.equal(metrics.get('step_failures_total{step="authorise_payment",kind="declined"}'), 1);
  const count = 'step_duration_seconds_count{step="authorise_payment",outcome="declined"}';
  assert.equal(metrics.get(count), 1);
  const seconds = metrics.get('order_processing_seconds_sum{status="cancelled"}')!;
  assert.ok(seconds > 0 && seconds < 60, String(seconds));
});

test('metrics that break the format are seen', () => {
  const good = '# HELP a_total Help.\n# TYPE a_total counter\na_total{x="1"} 2\n';
  assert.deepEqual([...readMetrics(good)], [['a_total{x="1"}', 2]]);
  const faults: [string, RegExp][] = [
    [good.trim(), /has no end/],
    [good + good, /two helps|told twice/],
    [`${good}# HELP b B.\n# TYPE b gauge\nb 1\n${good}`, /a_total is told twice/],
    [`${good}a_total{x="1"} 3\n`, /told twice/],
    [`${good}a_total{x=1} 3\n`, /no sample/],
    [`${good}b 3\n`, /b has no help/],
    ['# HELP a A.\n# TYPE a counter\na 1\n', /a is a counter/],
    ['# HELP a A.\n# TYPE a sum\n', /no such type/],
  ];
  for (const [text, reason] of faults) assert.throws(() => readMetrics(text), reason, text);
});
