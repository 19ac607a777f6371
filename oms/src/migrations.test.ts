import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { administer, createTestDatabase, type TestDatabase } from '@oms/kit/testing/database.ts';
import { describeSchema } from '../../scripts/generate/schema.ts';
import { checkDatabase } from './main/database_check.ts';
import { migrate, pendingMigrations } from './migrations.ts';

let migrated: TestDatabase;
let other: TestDatabase;

before(async () => {
  migrated = await createTestDatabase();
  other = await createTestDatabase();
});
after(async () => {
  await migrated?.drop();
  await other?.drop();
});

const pending = (url: string) => checkDatabase(url, {}, pendingMigrations);

test('migrations go up, down and up again', async () => {
  const files = await readdir(new URL('../db/migrations', import.meta.url));
  const names = files.map((file) => file.replace('.sql', '')).sort();
  const empty = await describeSchema(migrated.url);

  assert.deepEqual(await pending(migrated.url), names);
  assert.deepEqual(await migrate(migrated.url), names);
  assert.deepEqual(await pending(migrated.url), []);
  assert.deepEqual(await migrate(migrated.url), []);
  const full = await describeSchema(migrated.url);

  assert.deepEqual(await migrate(migrated.url, { direction: 'down' }), names.slice(-1));
  assert.deepEqual(await pending(migrated.url), names.slice(-1));
  await migrate(migrated.url, { direction: 'down', count: names.length });
  assert.equal(await describeSchema(migrated.url), empty);

  await migrate(migrated.url);
  assert.equal(await describeSchema(migrated.url), full);
});

test('migrations started at the same time run once', async () => {
  const database = await createTestDatabase();
  try {
    const runs = await Promise.all([1, 2, 3].map(() => migrate(database.url)));
    assert.equal(runs.filter((names) => names.length > 0).length, 1);
  } finally {
    await database.drop();
  }
});

test('schema.sql makes the database that the migrations make', async () => {
  const schema = await readFile(new URL('../db/schema.sql', import.meta.url), 'utf8');
  await migrate(migrated.url);
  await administer(other.url, schema);
  assert.equal(await describeSchema(other.url), await describeSchema(migrated.url));
  assert.equal(await describeSchema(migrated.url), schema, 'schema.sql has drifted: npm run generate');
});
