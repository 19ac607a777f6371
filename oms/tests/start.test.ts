import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { isPortFree } from '@oms/kit/net.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import { startProgram } from '@oms/kit/testing/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-start-'));
chmodSync(folder, 0o755); // for the user that PostgreSQL runs as
after(() => rmSync(folder, { recursive: true, force: true }));

test('it starts, refuses a second service on its folder, survives kill -9, and stops in order', async () => {
  const first = start();
  const address = await first.address();
  assert.match(first.output(), /Database {4}embedded PostgreSQL, new/);
  assert.equal((await fetch(`${address}/ready`)).status, 200);
  const key = readFileSync(join(folder, 'data', 'api-key'), 'utf8').trim();
  assert.ok(key.length >= 24);

  const second = start();
  assert.equal(await second.ended, 1);
  assert.match(second.output(), /Another service \d+ uses the data folder .*Stop it first/);
  assert.equal((await fetch(`${address}/ready`)).status, 200, 'the first goes on undisturbed');

  first.child.kill('SIGKILL');
  await first.ended;
  const third = start();
  await third.address();
  assert.match(third.output(), /still running from before/);

  const { port } = new URL(await third.address());
  const other = start({ ORDERPROCESSING_PORT: port, ORDERPROCESSING_DATA_FOLDER: join(folder, 'other') });
  assert.equal(await other.ended, 1);
  assert.match(
    other.output(),
    new RegExp(`Port ${port} is taken. Stop what uses it, or set ORDERPROCESSING_PORT`),
  );
  assert.doesNotMatch(other.output(), /\n {4}at /, 'no stack');

  third.child.kill('SIGINT');
  assert.equal(await third.ended, 0);
  assert.match(third.output(), /Stopping…\nStopped\.\n$/);
});

test('a data folder that cannot be written to is named, with what to do', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const service = start({ ORDERPROCESSING_DATA_FOLDER: join(file, 'data') });
  assert.equal(await service.ended, 1);
  assert.match(
    service.output(),
    /data folder .*cannot be written to \(ENOTDIR\).*ORDERPROCESSING_DATA_FOLDER/,
  );
});

test('wrong settings are told all at once, and --help lists the right ones', async () => {
  const wrong = start({
    ORDERPROCESSING_PORT: 'many',
    ORDERPROCESSING_PRT: '1',
    ORDERPROCESSING_TEMPORAL_ADDRESS: 'http://temporal',
    ORDERPROCESSING_TEMPORAL_API_KEY: 'secret',
  });
  assert.equal(await wrong.ended, 1);
  assert.match(wrong.output(), /TEMPORAL_ADDRESS must match pattern/);
  assert.match(
    wrong.output(),
    /TEMPORAL_API_KEY would travel in the clear: set ORDERPROCESSING_TEMPORAL_TLS/,
  );
  assert.match(
    wrong.output(),
    /ORDERPROCESSING_PRT is not a setting[\s\S]*ORDERPROCESSING_PORT must be integer/,
  );
  const help = start({}, '--help');
  assert.equal(await help.ended, 0);
  assert.match(help.output(), /ORDERPROCESSING_DATA_FOLDER\n .*Default: \.data/);
});

test('options stand for settings; an unknown one is refused with a hint', async () => {
  const [unknown, engine, both] = [
    start({}, '--engin', 'temporal'),
    start({}, '--engine', 'abacus'),
    start({}, 'x'),
  ];
  assert.equal(await unknown.ended, 1);
  assert.match(unknown.output(), /Unknown option '--engin'.*\n--help lists what there is\./);
  assert.equal(await engine.ended, 1);
  assert.match(engine.output(), /ORDERPROCESSING_ENGINE must be one of embedded, temporal/);
  assert.equal(await both.ended, 1);
  assert.match(both.output(), /Unexpected argument 'x'/);
});

test('--engine temporal runs a Temporal server, which does not outlive a killed service', async (t) => {
  const database = await createTestDatabase();
  t.after(() => database.drop());
  const ports = { ORDERPROCESSING_TEMPORAL_PORT: '0', ORDERPROCESSING_TEMPORAL_UI_PORT: '0' };
  const service = start(
    {
      ...ports,
      ORDERPROCESSING_DATABASE_URL: database.url,
      ORDERPROCESSING_DATA_FOLDER: join(folder, 'temporal'),
    },
    '--engine',
    'temporal',
  );
  const port = Number(await service.says(/Temporal +127\.0\.0\.1:(\d+), /));
  assert.ok(existsSync(join(folder, 'temporal', 'temporal.db')));
  service.child.kill('SIGKILL');
  while (!(await isPortFree(port))) await delay(20);
});

function start(settings: Record<string, string> = {}, ...args: string[]) {
  const program = startProgram(
    'oms/src/main/all.ts',
    {
      ORDERPROCESSING_DATA_FOLDER: join(folder, 'data'),
      ORDERPROCESSING_PLAY_ORDERS: 'false',
      ORDERPROCESSING_PORT: '0',
      ORDERPROCESSING_SANDBOX_PORT: '0',
      ORDERPROCESSING_METRICS_PORT: '0',
      ...settings,
    },
    args,
  );
  return {
    ...program,
    /** Where the API is, once it is ready. */
    address: () => program.says(/API +(http:\/\/\S+)\/api\/v1\/orders[\s\S]*Ctrl-C stops it/),
  };
}
