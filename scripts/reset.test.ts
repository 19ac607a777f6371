import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startEmbeddedPostgres } from '@oms/kit/postgres/embedded.ts';
import pg from 'pg';

const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-reset-'));
chmodSync(folder, 0o755); // for the user that PostgreSQL runs as
after(() => rmSync(folder, { recursive: true, force: true }));

function reset(...args: string[]) {
  return spawnSync(process.execPath, ['scripts/reset.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ORDERPROCESSING_DATA_FOLDER: folder },
  });
}

test('reset refuses while the service runs, and stops what a killed one left behind', async () => {
  writeFileSync(join(folder, 'api-key'), 'secret\n');
  writeFileSync(join(folder, 'holiday.jpg'), '');
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres') });
  const service = new pg.Client({ connectionString: server.url(), application_name: 'api' });
  await service.connect();

  const refused = reset();
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /A service is running on this folder \(api\)/);
  assert.ok(existsSync(join(folder, 'api-key')));

  await service.end();
  const done = reset();
  assert.equal(done.stderr, '');
  assert.equal(done.status, 0);
  assert.match(done.stdout, /Left alone.*holiday\.jpg/);
  assert.deepEqual(readdirSync(folder), ['holiday.jpg']);
  await assert.rejects(new pg.Client({ connectionString: server.url() }).connect());

  assert.match(reset().stdout, /was empty already/);
});

test('reset tells its use, and refuses words that it does not know', () => {
  assert.match(reset('--help').stdout, /npm run reset/);
  assert.equal(reset('--all').status, 2);
});
