import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@oms/kit/testing/database.ts';
import { HELD, stripeAt } from './start.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let database: TestDatabase;
let child: ChildProcess;
before(async () => {
  database = await createTestDatabase();
});
after(async () => {
  child?.kill('SIGKILL');
  await database.drop();
});

async function start(): Promise<string> {
  const env = {
    ...process.env,
    ORDERPROCESSING_DATABASE_URL: database.url,
    ORDERPROCESSING_SANDBOX_PORT: '0',
  };
  child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout!)) {
    const url = /^sandbox listens on (\S+)$/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error('the sandbox did not start');
}

test('a killed sandbox forgets nothing; a stopped one stops cleanly', { timeout: 120_000 }, async () => {
  const key = { idempotencyKey: 'main-1' };
  const first = await stripeAt(await start()).paymentIntents.create(HELD, key);
  child.kill('SIGKILL');
  await once(child, 'exit');

  const stripe = stripeAt(await start());
  const again = await stripe.paymentIntents.create(HELD, key);
  assert.equal(again.id, first.id);
  assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal((await stripe.paymentIntents.list()).data.length, 1);

  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});

test('--help tells how to run it; without a database it says what is missing', () => {
  const run = (args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { env: {}, encoding: 'utf8' });
  assert.match(run(['--help']).stdout, /ORDERPROCESSING_DATABASE_URL/);
  const bare = run([]);
  assert.equal(bare.status, 2);
  assert.match(bare.stderr, /ORDERPROCESSING_DATABASE_URL is missing/);
});
