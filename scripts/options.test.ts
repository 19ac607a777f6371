import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const project = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Every command of ours: the scripts of package.json that run a file of the project. */
const commands = Object.entries(scripts).flatMap(([name, command]) => {
  const file = /^node (\S+\.ts)/.exec(command)?.[1];
  return file ? [[name, file] as const] : [];
});

for (const [name, file] of commands) {
  test(`npm run ${name} refuses a wrong option in a line, and explains its options`, () => {
    const run = (option: string) =>
      spawnSync(process.execPath, [join(project, file), option], { encoding: 'utf8', timeout: 120_000 });
    const wrong = run('--bogus');
    assert.notEqual(wrong.status, 0);
    assert.match(wrong.stderr, /Unknown option '--bogus'/);
    assert.match(wrong.stderr, /--help/);
    assert.doesNotMatch(wrong.stderr, /^\s+at /m, 'no stack');
    assert.equal(wrong.stdout, '');
    const help = run('--help');
    assert.equal(help.status, 0, help.stderr);
    assert.ok(help.stdout.length > 100);
  });
}
