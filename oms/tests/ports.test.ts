import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '@oms/kit/testing/database.ts';
import { startProgram } from '@oms/kit/testing/program.ts';
import { migrate } from '../src/migrations.ts';

const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-ports-'));
const FREE = {
  ORDERPROCESSING_PORT: '0',
  ORDERPROCESSING_METRICS_PORT: '0',
  ORDERPROCESSING_SANDBOX_PORT: '0',
  ORDERPROCESSING_TEMPORAL_PORT: '0',
  ORDERPROCESSING_TEMPORAL_UI_PORT: '0',
};
const ELSEWHERE = {
  ORDERPROCESSING_STRIPE_URL: 'http://127.0.0.1:1',
  ORDERPROCESSING_EASYPOST_URL: 'http://127.0.0.1:1',
};

/** Ports taken on purpose, each by its setting. */
const cases: [program: string, setting: keyof typeof FREE, settings?: Record<string, string>][] = [
  ['oms/src/main/all.ts', 'ORDERPROCESSING_PORT'],
  ['oms/src/main/all.ts', 'ORDERPROCESSING_METRICS_PORT'],
  ['oms/src/main/all.ts', 'ORDERPROCESSING_SANDBOX_PORT'],
  ['oms/src/main/all.ts', 'ORDERPROCESSING_TEMPORAL_PORT', { ORDERPROCESSING_ENGINE: 'temporal' }],
  ['oms/src/main/all.ts', 'ORDERPROCESSING_TEMPORAL_UI_PORT', { ORDERPROCESSING_ENGINE: 'temporal' }],
  ['oms/src/main/api.ts', 'ORDERPROCESSING_PORT', ELSEWHERE],
  ['oms/src/main/worker.ts', 'ORDERPROCESSING_METRICS_PORT', ELSEWHERE],
  ['sandbox/src/main.ts', 'ORDERPROCESSING_SANDBOX_PORT'],
];

describe('a taken port', () => {
  const other = createServer();
  let database: TestDatabase;
  before(async () => {
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    database = await createTestDatabase(process.env.TEST_POSTGRES_URL ? 'oms_template' : undefined);
    await migrate(database.url);
  });
  after(async () => {
    other.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [program, setting, settings = {}] of cases) {
    it(`ends ${program} with a line that names the port and ${setting}`, async () => {
      const { port } = other.address() as AddressInfo;
      const started = startProgram(program, {
        ...FREE,
        ORDERPROCESSING_DATABASE_URL: database.url,
        ORDERPROCESSING_DATA_FOLDER: join(folder, 'data'),
        ORDERPROCESSING_PLAY_ORDERS: 'false',
        ...settings,
        [setting]: String(port),
      });
      assert.equal(await started.ended, 1, started.output());
      const lines = started.output().split('\n');
      const told = lines.filter((line) =>
        line.startsWith(`Port ${port} is taken. Stop what uses it, or set ${setting}`),
      );
      assert.equal(told.length, 1, started.output());
      assert.doesNotMatch(started.output(), /^\s+at /m, 'no stack');
      assert.doesNotMatch(started.output(), /^\{/m, 'no raw JSON');
    });
  }
});
