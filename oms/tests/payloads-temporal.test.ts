import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { findTemporalProgram } from '../src/engine/temporal/program.ts';
import { startTemporalServer, type TemporalServer } from '../src/engine/temporal/server.ts';
import { startOperationsServer } from '../src/main/operations_server.ts';
import { assertInvariants } from './invariants.ts';
import { API_KEY, type Network, startNetwork, testConfig } from './network.ts';

const KEYS = { old: randomBytes(32), new: randomBytes(32) };
const rotated = `new:${KEYS.new.toString('base64')},old:${KEYS.old.toString('base64')}`;
const UI = 'https://temporal.example.com';

let server: TemporalServer;
let network: Network;
let operations: { url: string; stop(): Promise<void> };
let connection: Connection;
let temporal: { engine: 'temporal'; temporal_address: string };

before(async () => {
  server = await startTemporalServer();
  temporal = { engine: 'temporal', temporal_address: server.address };
  connection = await Connection.connect({ address: server.address });
  network = await startNetwork({ config: { ...temporal, retry_first_delay_ms: 60_000 } });
  await network.api.stock('VASE', 20);
  operations = await serve({ temporal_payload_keys: rotated, temporal_ui_url: `${UI}/` });
});
after(async () => {
  await network?.stop();
  await operations?.stop();
  await connection?.close();
  await server?.stop();
});

test('encryption can be switched on while an order is under way', async () => {
  await network.sandbox.call('POST', '/faults', {
    operation: 'payment_intents.capture',
    kind: 'fail_before',
    times: 1,
  });
  const { id } = await place();
  // Its next try is a minute away: time enough to start the service anew.
  await network.api.until(id, ({ stage }) => stage === 'shipped');
  assert.ok(
    (await historyOf(id)).clear.some((text) => text.includes(id)),
    'nothing is encrypted yet',
  );
  await network.restart({ config: { ...temporal, temporal_payload_keys: rotated } });
  await network.api.cancel(id);
  assert.equal((await network.api.ended(id)).status, 'cancelled');
  const { clear, keys } = await historyOf(id);
  assert.deepEqual([[...keys], clear.some((text) => text.includes(id))], [['new'], true]);
});

test('where it is on, Temporal keeps nothing of an order that can be read', async () => {
  const orders = [await place(), await place('pm_card_chargeDeclined')];
  const ended = await Promise.all(orders.map(({ id }) => network.api.ended(id)));
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['completed', 'cancelled'],
  );
  for (const { id } of orders) {
    const { clear, keys, text } = await historyOf(id);
    assert.deepEqual([...keys], ['new']);
    // Temporal's own markers name steps and patches.
    for (const shown of clear) assert.match(shown, /^\{"(seq|id)":(\d+|"inventory-before-payment"),/);
    assert.doesNotMatch(clear.join(), new RegExp(id));
    assert.doesNotMatch(text, /payment_declined|Your card/, 'nor what went wrong');
  }
  await assertInvariants(network);
});

test("Temporal's command line shows it to whoever has the service's key", async () => {
  const { id } = await place();
  await network.api.ended(id);
  const { path } = await findTemporalProgram();
  const show = async (...args: string[]) => {
    const target = ['--address', server.address, '--workflow-id', `order-${id}`, '--output', 'json'];
    const { stdout } = await promisify(execFile)(path, ['workflow', 'show', ...target, ...args]);
    return stdout.replace(/"data": "([^"]*)"/g, (_, data) => Buffer.from(data, 'base64').toString());
  };
  const input = new RegExp(`"order_id": ?"${id}"`);
  assert.doesNotMatch(await show(), input);
  const codec = ['--codec-endpoint', operations.url];
  assert.match(await show(...codec, '--codec-auth', `Bearer ${API_KEY}`), input);
});

test('the decode endpoint answers only those who may ask, only what it is asked properly', async () => {
  const key = { 'x-api-key': API_KEY };
  const clear = { metadata: { encoding: toBase64('json/plain') }, data: toBase64('"x"') };
  assert.deepEqual(await decode({ payloads: [clear] }, key), [200, { payloads: [clear] }]);
  assert.deepEqual(await decode({ payloads: [] }, { authorization: `Bearer ${API_KEY}` }), [
    200,
    { payloads: [] },
  ]);

  const code = async (...args: Parameters<typeof decode>) => {
    const [status, problem] = await decode(...args);
    return `${status} ${problem.code}`;
  };
  assert.equal(await code({ payloads: [clear] }), '401 unauthenticated');
  assert.equal(await code({ payloads: [clear] }, { 'x-api-key': 'guess' }), '401 unauthenticated');
  for (const body of [
    {},
    { payloads: 1 },
    { payloads: [{ data: 'ä' }] },
    { payloads: Array(1001).fill(clear) },
  ])
    assert.equal(await code(body, key), '400 invalid_request');
  const large = { payloads: [{ data: 'a'.repeat(7 * 1024 * 1024) }] };
  assert.equal(await code(large, key), '413 body_too_large');
  const encoding = { encoding: toBase64('binary/encrypted') };
  const foreign = { payloads: [{ metadata: { ...encoding, 'encryption-key-id': toBase64('x') }, data: '' }] };
  const [status, { detail }] = await decode(foreign, key);
  assert.deepEqual(
    [status, /key "x", which is not in .*PAYLOAD_KEYS \(new, old\)/.test(detail)],
    [400, true],
  );
});

test('pages of the user interface may ask it, others may not', async () => {
  const preflight = async (origin: string) => {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const response = await fetch(`${operations.url}/decode`, { method: 'OPTIONS', headers });
    return response.headers.get('access-control-allow-origin');
  };
  assert.equal(await preflight(UI), UI);
  assert.notEqual(await preflight('https://evil.example.com'), 'https://evil.example.com');
});

test('without keys there is none, but metrics there are', async () => {
  const plain = await serve({});
  assert.equal((await fetch(`${plain.url}/decode`, { method: 'POST' })).status, 404);
  assert.equal((await fetch(`${plain.url}/metrics`)).status, 200);
  const taken = { metrics_port: Number(new URL(plain.url).port) };
  await assert.rejects(
    serve(taken),
    /Port \d+ is taken. Stop what uses it, or set ORDERPROCESSING_METRICS_PORT/,
  );
  await plain.stop();
});

function place(payment_method = 'pm_card_visa') {
  return network.api.place({ lines: [{ sku: 'VASE', quantity: 1 }], payment_method });
}

function serve(settings: Partial<ReturnType<typeof testConfig>>) {
  const config = { ...testConfig('', { api_key: API_KEY, metrics_port: 0, ...settings }) };
  return startOperationsServer({ config, metrics: async () => '', logger: pino({ level: 'silent' }) });
}

async function decode(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${operations.url}/decode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the tests assert what it holds
  return [response.status, (await response.json()) as any] as const;
}

/** What Temporal keeps of an order, as it keeps it: the payloads in clear, and the keys of the others. */
async function historyOf(order_id: string) {
  const handle = new Client({ connection }).workflow.getHandle(`order-${order_id}`);
  const clear: string[] = [];
  const keys = new Set<string>();
  const history = await handle.fetchHistory();
  walk(history.events);
  return { clear, keys, text: JSON.stringify(history) };

  function walk(thing: unknown, name = ''): void {
    // What an order is found by, and the ids of requests, are left in clear on purpose.
    if (typeof thing !== 'object' || thing === null || name === 'searchAttributes' || name === 'header')
      return;
    const { metadata, data } = thing as { metadata?: Record<string, Uint8Array>; data?: Uint8Array };
    if (metadata?.encoding) {
      const key = metadata['encryption-key-id'];
      if (key) keys.add(Buffer.from(key).toString());
      else if (data?.length) clear.push(Buffer.from(data).toString());
    } else for (const [inner, value] of Object.entries(thing)) walk(value, inner);
  }
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
