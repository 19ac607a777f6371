import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

function simulate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/simulate.ts', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run simulate', () => {
  it('says what it ran, how fast, and that all is well', () => {
    const { status, stdout } = simulate('--orders', '150', '--seed', '11');
    assert.equal(status, 0);
    assert.match(stdout, /^Seed 11: 200 orders, of them \d+ completed, \d+ cancelled/);
    assert.match(stdout, /\d+ orders\/s.*All invariants hold\.$/m);
  });

  it('refuses what it cannot do, and says what it can', () => {
    for (const [args, told] of [
      [['--orders', 'many'], /--orders is a whole number from 1/],
      [['--store', 'paper'], /There is no store paper/],
    ] as const) {
      const { status, stderr } = simulate(...args);
      assert.equal(status, 1);
      assert.match(stderr, told);
      assert.match(stderr, /--help tells more/);
    }
  });
});
