import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { administer, createTestDatabase, type TestDatabase } from '@oms/kit/testing/database.ts';
import { type RunningProgram, startProgram } from '@oms/kit/testing/program.ts';
import { startTemporalServer } from '../src/engine/temporal/server.ts';
import { migrate } from '../src/migrations.ts';
import { Client } from './client.ts';
import { assertInvariants } from './invariants.ts';
import { API_KEY, startNetwork } from './network.ts';
import { readMetrics } from './prometheus.ts';

const API = 'oms/src/main/api.ts';
const WORKER = 'oms/src/main/worker.ts';
const SANDBOX = 'sandbox/src/main.ts';
/** Providers that nothing asks. */
const NOWHERE = {
  ORDERPROCESSING_STRIPE_URL: 'http://127.0.0.1:1',
  ORDERPROCESSING_EASYPOST_URL: 'http://127.0.0.1:1',
};

let database: TestDatabase;
let settings: Record<string, string>;
before(async () => {
  database = await createTestDatabase();
  await migrate(database.url);
  settings = {
    ORDERPROCESSING_DATABASE_URL: database.url,
    ORDERPROCESSING_API_KEY: API_KEY,
    ORDERPROCESSING_PORT: '0',
    ORDERPROCESSING_SANDBOX_PORT: '0',
    ORDERPROCESSING_METRICS_PORT: '0',
  };
});
after(() => database.drop());

// At the same time, because most of it is waiting.
describe('API, worker and sandbox as processes of their own, as on several machines', {
  concurrency: true,
}, () => {
  test('they say what they need', async () => {
    const empty = await createTestDatabase();
    const bare = { ORDERPROCESSING_DATABASE_URL: '', ORDERPROCESSING_METRICS_PORT: '0' };
    const sandboxed = { ...settings, ORDERPROCESSING_SANDBOX_PORT: '8090' };
    const lost = { ORDERPROCESSING_DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/orders' };
    await Promise.all([
      isRefused(startProgram(API, bare), /DATABASE_URL is not set.*postgres:\/\/.*npm start/),
      isRefused(startProgram(WORKER, sandboxed, ['--engine', 'temporal']), /TEMPORAL_ADDRESS is not set/),
      isRefused(
        startProgram(SANDBOX, lost),
        /^It failed: .*ECONNREFUSED.*Is ORDERPROCESSING_DATABASE_URL right/,
      ),
      isRefused(startProgram('oms/src/main/verify.ts', lost), /^It failed: .*ECONNREFUSED/),
      isRefused(startProgram(WORKER, lost), /database 127.0.0.1:1\/orders cannot be used: .*ECONNREFUSED/),
      isRefused(
        startProgram(API, { ...settings, ORDERPROCESSING_DATABASE_URL: empty.url }),
        /lacks 0001_foundation.*npm run migrate/,
      ),
    ]);
    await empty.drop();
  });

  test('a user without rights on the tables is refused, with what to grant; the API needs no other right', async () => {
    const migrated = await createTestDatabase();
    await migrate(migrated.url);
    const role = `reader_${process.pid}`;
    await administer(migrated.url, `CREATE ROLE ${role} LOGIN PASSWORD 'reader'`);
    const url = Object.assign(new URL(migrated.url), { username: role, password: 'reader' });
    const asReader = { ...settings, ...NOWHERE, ORDERPROCESSING_DATABASE_URL: url.href };
    const advice = /GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public/;
    await isRefused(startProgram(API, asReader), advice);
    await administer(migrated.url, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
    await Promise.all([
      isRefused(startProgram(API, asReader), /lacks rights on its tables \(INSERT, UPDATE on orders\)/),
      isRefused(startProgram(WORKER, asReader), /may not create the schema dbos/),
    ]);
    await administer(
      migrated.url,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`,
    );
    const api = startProgram(API, asReader);
    const client = new Client(await api.says(/API +(http:\S+)\/api\/v1\/orders[\s\S]*Ctrl-C stops it/));
    await client.stock('TEA', 5);
    assert.equal((await client.place({ lines: [{ sku: 'TEA', quantity: 1 }] })).status, 'pending');
    api.child.kill('SIGINT');
    assert.equal(await api.ended, 0);
    await administer(migrated.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await migrated.drop();
  });

  test('on all addresses the API shows those that others reach, and where the key is', async () => {
    const open = { ...settings, ...NOWHERE, ORDERPROCESSING_HOST: '0.0.0.0' };
    const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-processes-'));
    const generated = { ORDERPROCESSING_API_KEY: '', ORDERPROCESSING_DATA_FOLDER: folder };
    const api = startProgram(API, { ...open, ...generated });
    await api.says(/Ctrl-C stops it/);
    assert.match(api.output(), /API key +\S*api-key; every request needs it, as X-API-Key/);
    const named = startProgram(API, open);
    await named.says(/API key +ORDERPROCESSING_API_KEY; every request needs it/);
    assert.ok(!named.output().includes(API_KEY));
    const reference = await named.says(/Reference +(http:\S+)\/docs/);
    assert.notEqual(new URL(reference).hostname, '0.0.0.0');
    assert.equal((await fetch(`${reference}/api/v1/orders`)).status, 401);
    for (const { child } of [api, named]) child.kill('SIGINT');
    assert.deepEqual(await Promise.all([api.ended, named.ended]), [0, 0]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('together they carry an order to its end; a second worker of the embedded engine is refused', async () => {
    const sandbox = startProgram(SANDBOX, settings);
    const sandbox_url = await sandbox.says(/sandbox listens on (\S+)\n/);
    const providers = { ORDERPROCESSING_STRIPE_URL: sandbox_url, ORDERPROCESSING_EASYPOST_URL: sandbox_url };
    const api = startProgram(API, { ...settings, ...providers });
    const client = new Client(await api.says(/API +(http:\S+)\/api\/v1\/orders[\s\S]*Ctrl-C stops it/));
    await client.stock('TEA', 5);
    const order = await client.place({ lines: [{ sku: 'TEA', quantity: 2 }] });
    assert.equal(order.status, 'pending');

    const worker = startProgram(WORKER, { ...settings, ...providers });
    const health = await worker.says(/Health +(http:\S+\/health), \/metrics[\s\S]*Ctrl-C stops it/);
    assert.match(worker.output(), /Engine +embedded/);
    const second = startProgram(WORKER, { ...settings, ...providers });
    assert.deepEqual(await (await fetch(health)).json(), { status: 'ok' });
    assert.equal((await client.ended(order.id)).status, 'completed');
    const metrics = await (await fetch(health.replace('/health', '/metrics'))).text();
    assert.equal(readMetrics(metrics).get('orders_ended_total{status="completed"}'), 1);
    await assertInvariants({ database_url: database.url, sandbox_url });

    await isRefused(second, /Another process carries the orders of this database. Stop it first/);
    for (const program of [api, worker, sandbox]) program.child.kill('SIGTERM');
    assert.deepEqual(await Promise.all([api.ended, worker.ended, sandbox.ended]), [0, 0, 0]);
  });

  test('on Temporal any number of workers carry orders, and when one is killed the others go on', async (t) => {
    const temporal = await startTemporalServer();
    const network = await startNetwork({ worker: false });
    const own: Record<string, string> = {
      ...settings,
      ORDERPROCESSING_DATABASE_URL: network.database_url,
      ORDERPROCESSING_STRIPE_URL: network.sandbox_url,
      ORDERPROCESSING_EASYPOST_URL: network.sandbox_url,
      ORDERPROCESSING_TEMPORAL_ADDRESS: temporal.address,
      ORDERPROCESSING_TEMPORAL_HEARTBEAT_TIMEOUT_MS: '2000',
    };
    t.after(async () => {
      await network.stop();
      await temporal.stop();
    });
    const workers = [1, 2].map(() => startProgram(WORKER, own, ['--engine', 'temporal']));
    await Promise.all(workers.map((worker) => worker.says(/Engine +temporal[\s\S]*Ctrl-C stops it/)));

    await network.api.stock('TEA', 100);
    const orders = await Promise.all(
      Array.from({ length: 12 }, () => network.api.place({ lines: [{ sku: 'TEA', quantity: 1 }] })),
    );
    const [first, second] = workers;
    await network.api.until(orders[0]!.id, ({ stage }) => stage !== 'accepted');
    first!.child.kill('SIGKILL');
    for (const { id } of orders) assert.equal((await network.api.ended(id)).status, 'completed');
    await assertInvariants(network);

    second!.child.kill('SIGTERM');
    assert.equal(await second!.ended, 0);
  });
});

async function isRefused({ ended, output }: RunningProgram, reason: RegExp): Promise<void> {
  assert.equal(await ended, 1);
  assert.match(output(), reason);
  assert.doesNotMatch(output(), /\n {4}at /, 'no stack');
}
