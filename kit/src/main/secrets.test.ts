import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { OperatorError } from '../operator_error.ts';
import { lockFolder } from './folder_lock.ts';
import { loadOrCreateSecret } from './secrets.ts';

describe('a secret of the data folder', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kit-secrets-'));
    file = join(folder, 'api-key');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const load = () => loadOrCreateSecret(file, 'DATA_FOLDER');
  const refusal = (pattern: RegExp) => (error: Error) => {
    assert.ok(error instanceof OperatorError);
    assert.match(error.message, pattern);
    assert.ok(error.message.includes(file));
    return true;
  };

  it('is created once, for its owner alone, and stays', () => {
    const secret = load();
    assert.match(secret, /^[\w-]{32}$/);
    assert.equal(load(), secret);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['api-key']);
  });

  for (const [content, pattern] of [
    ['', /is empty.*full disk.*Remove it/],
    ['\n', /is empty/],
    ['short', /has 5 characters; it must have at least 16/],
  ] as const) {
    it(`is refused when its file holds ${JSON.stringify(content)}`, () => {
      writeFileSync(file, content, { mode: 0o600 });
      assert.throws(load, refusal(pattern));
    });
  }

  for (const mode of [0o644, 0o640, 0o620, 0o604]) {
    it(`is refused when others can use its file (mode ${mode.toString(8)})`, () => {
      load();
      chmodSync(file, mode);
      assert.throws(load, refusal(/chmod 600/));
    });
  }

  it('is whole or absent when the disk takes no more', () => {
    const script = `import('${import.meta.dirname}/secrets.ts').then(({ loadOrCreateSecret }) =>
      loadOrCreateSecret(process.argv[1], 'DATA_FOLDER'))`;
    // No file may become larger than 0 blocks: each write fails, as on a full disk.
    const limited = 'ulimit -f 0; exec "$@"';
    const args = ['-c', limited, 'sh', process.execPath, '--eval', script, file];
    const { NODE_COMPILE_CACHE: _, ...env } = process.env;
    const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8', env });
    assert.notEqual(status, 0);
    assert.match(stderr, /EFBIG|ENOSPC/);
    assert.deepEqual(readdirSync(folder), []);
    assert.match(load(), /^[\w-]{32}$/);
  });

  it('locks name a living process from the moment that they are there', () => {
    const lock = join(folder, 'lock');
    const release = lockFolder(lock, 'DATA_FOLDER');
    assert.deepEqual(readdirSync(folder), ['lock']);
    release();
    writeFileSync(lock, '');
    lockFolder(lock, 'DATA_FOLDER')();
    assert.deepEqual(readdirSync(folder), []);
  });
});
