import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Network, type NetworkOptions, startNetwork } from './network.ts';
import { readMetrics } from './prometheus.ts';

type Line = Record<string, unknown>;

/** A network that shows what it logs, and whose requests its sandbox gets. */
export interface Observed {
  network: Network;
  options: NetworkOptions;
  lines: Line[];
  asked: { url: string; traceparent: string | undefined }[];
}

export async function startObserved(options: NetworkOptions = {}): Promise<Observed> {
  const lines: Line[] = [];
  const asked: Observed['asked'] = [];
  const full: NetworkOptions = {
    ...options,
    config: { log_level: 'debug', ...options.config },
    log: { write: (line) => void lines.push(JSON.parse(line)) },
    sandbox_logger: {
      stream: { write: (line: string) => void asked.push(...requestsIn(line)) },
      serializers: { req: ({ url, headers }) => ({ url, traceparent: headers.traceparent }) as never },
    },
  };
  return { network: await startNetwork(full), options: full, lines, asked };
}

function requestsIn(line: string): Observed['asked'] {
  const { req } = JSON.parse(line);
  return req ? [req] : [];
}

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
export const HEADERS = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, 'x-request-id': 'till-7/order-1' };

/** An order that is placed within a trace tells so in all that is done for it. */
export async function followsOrder({ network, lines, asked }: Observed): Promise<string> {
  await network.sandbox.call('POST', '/faults', {
    operation: 'payment_intents.capture',
    kind: 'fail_before',
    times: 1,
  });
  const { id } = await network.api.place({ lines: [{ sku: 'LAMP', quantity: 1 }] }, HEADERS);
  assert.equal((await network.api.ended(id)).status, 'completed');

  const request = { trace_id: TRACE_ID, request_id: HEADERS['x-request-id'] };
  const own = () => lines.filter((line) => line.request_id === request.request_id);
  const progress = () => own().filter(({ msg }) => msg === 'progress');
  // A workflow's own lines come a little later than what its steps do.
  while (progress().at(-1)?.at !== 'completed') await delay(10);
  const said = own()
    .filter(({ msg }) => msg === 'request')
    .map((line) => line.route);
  assert.deepEqual(said, ['/api/v1/orders']);

  const steps = own().filter(({ msg }) => msg === 'step' || msg === 'step failed');
  const ids = { ...request, order_id: id, workflow_id: `order-${id}` };
  for (const line of [...steps, ...own().filter(({ msg }) => msg === 'carried to the engine')]) {
    const { workflow_id = ids.workflow_id, ...rest } = line;
    assert.deepEqual(pick({ ...rest, workflow_id }, ids), ids);
  }
  const told = steps.map(({ step, attempt, outcome, msg }) => `${step} ${attempt} ${outcome ?? msg}`);
  assert.deepEqual(told, [
    'validate_order 1 done',
    'reserve_inventory 1 done',
    'authorise_payment 1 done',
    'arrange_shipping 1 done',
    'capture_payment 1 unavailable',
    'capture_payment 1 step failed',
    'capture_payment 2 done',
    'complete_order 1 done',
  ]);

  const within = asked.filter(({ traceparent }) => traceparent?.includes(TRACE_ID));
  for (const path of ['/v1/payment_intents', '/v2/shipments'])
    assert.ok(
      within.some(({ url }) => url.startsWith(path)),
      path,
    );
  const spans = within.map(
    ({ traceparent }) => /^00-[0-9a-f]{32}-([0-9a-f]{16})-01$/.exec(traceparent!)?.[1],
  );
  assert.equal(new Set([...spans, SPAN_ID]).size, spans.length + 1, 'each request is a span of its own');

  assert.deepEqual(
    progress().map(({ at }) => at),
    ['validate_order', 'reserve_inventory', 'authorise_payment', 'arrange_shipping', 'capture_payment',
      'complete_order', 'completed'],
  ); // biome-ignore format: one line is enough
  return id;
}

/** What is done because of a later request tells that one. */
export async function followsCancel({ network, lines }: Observed): Promise<void> {
  const headers = { ...HEADERS, 'x-request-id': 'till-7/order-2' };
  await network.sandbox.call('POST', '/faults', {
    operation: 'payment_intents.capture',
    kind: 'fail_before',
    times: 4,
  });
  const { id } = await network.api.place({ lines: [{ sku: 'LAMP', quantity: 1 }] }, headers);
  await network.api.until(id, ({ stage }) => stage === 'shipped');
  const cancel = { traceparent: `00-${'c'.repeat(32)}-${SPAN_ID}-01`, 'x-request-id': 'desk-1' };
  await network.api.call('POST', `/api/v1/orders/${id}/cancel`, {}, cancel);
  assert.equal((await network.api.ended(id)).status, 'cancelled');
  await network.sandbox.call('DELETE', '/faults');
  const of = (step: string) =>
    lines.filter((line) => line.order_id === id && line.step === step && line.outcome === 'done');
  assert.equal(of('arrange_shipping')[0]?.request_id, 'till-7/order-2');
  for (const step of ['void_payment', 'cancel_order'])
    assert.deepEqual(pick(of(step)[0]!, { request_id: 0, trace_id: 0 }), {
      request_id: 'desk-1',
      trace_id: 'c'.repeat(32),
    });
}

/** The worker's metrics, each of which is well-formed and told once. */
export async function metricsOf({ network }: Observed): Promise<Map<string, number>> {
  return readMetrics(await network.context.metrics());
}

function pick(line: Line, names: Line): Line {
  return Object.fromEntries(Object.keys(names).map((name) => [name, line[name]]));
}
