import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { OperatorError } from '../operator_error.ts';
import { findAbandoned, findPlace } from './place.ts';

const isRoot = process.getuid?.() === 0;
let parent: string;
let folder: string;

beforeEach(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'orderprocessing-place-'))); // closed to others, as it is made
  folder = join(parent, 'data', 'postgres');
});
afterEach(() => {
  if (existsSync(folder)) rmSync(realpathSync(folder), { recursive: true, force: true });
  rmSync(parent, { recursive: true, force: true });
});

test('the database lives in the data folder where it can', async () => {
  chmodSync(parent, 0o755);
  assert.equal(await findPlace(folder), folder);
  assert.ok(!existsSync(folder));
});

test('where its user cannot come, it lives elsewhere and a link leads there', { skip: !isRoot }, async () => {
  const place = await findPlace(folder);
  assert.ok(!place.startsWith(parent));
  assert.equal(realpathSync(folder), place);
  assert.equal(await findPlace(folder), place, 'and stays there');

  rmSync(place, { recursive: true });
  assert.equal(await findPlace(folder), place, 'also when it was emptied');
});

test('who removes the folder gets a new database, and learns where the old one is', {
  skip: !isRoot,
}, async () => {
  const old = await findPlace(folder);
  rmSync(join(parent, 'data'), { recursive: true });
  const place = await findPlace(folder);
  assert.notEqual(place, old);
  assert.deepEqual(findAbandoned(folder, place), [old]);
  rmSync(old, { recursive: true });
  assert.deepEqual(findAbandoned(folder, place), []);
});

test('a database that was moved to where its user cannot come is not replaced', {
  skip: !isRoot,
}, async () => {
  mkdirSync(folder, { recursive: true });
  await assert.rejects(findPlace(folder), (error: Error) => {
    assert.ok(error instanceof OperatorError);
    assert.match(error.message, /cannot reach .*chmod/);
    return true;
  });
});
