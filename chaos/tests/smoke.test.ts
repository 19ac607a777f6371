import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Report } from '../report.ts';

const CHAOS = join(import.meta.dirname, '../chaos.ts');
const TIMEOUT_MS = 240_000;

/** Runs it as a user does. Stopped, it removes what it made. */
function chaos(...args: string[]): Promise<{ status: number | string | null | undefined; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CHAOS, ...args], { timeout: TIMEOUT_MS }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, output: stdout + stderr }),
    );
  });
}

test('killed processes, a crashed database, a cut connection and false answers, in short: every promise is kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-smoke-'));
  const file = join(folder, 'report.json');
  const only = 'kill api,kill worker,kill sandbox,crash database,reset link,provider answers nonsense';
  try {
    const { status, output } = await chaos(
      ...['--minutes', '0.2', '--seed', '2', '--orders-per-second', '5', '--no-disk-full'],
      ...['--only', only, '--json', file],
    );
    assert.equal(status, 0, output);
    assert.match(output, /kill worker: back after [\d.]+ s/);
    assert.match(output, /The clients' book: agrees[\s\S]*All invariants hold\./);

    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    assert.deepEqual(Object.keys(report.faults).sort(), only.split(',').sort());
    const { placed, accepted } = report.clients;
    assert.ok(placed > 10 && accepted === placed);
    const { completed, cancelled } = report.invariants.orders;
    assert.equal(completed + cancelled, accepted);
    assert.ok(completed > 0);
    assert.ok(report.completing_again['kill worker']!.max_ms > 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('it says what is wrong with how it was called, and starts nothing', async () => {
  const wrong: [string[], RegExp, status?: number][] = [
    [['--engine', 'magic'], /--engine is embedded or temporal/],
    [['--minutes', '600'], /--minutes is a number from 0.1 to 60 here, not 600/],
    [['--workers', '2'], /--workers is an integer from 1 to 1 here/],
    [['--only', 'kill api,tickle'], /There is no fault tickle/],
    [['--sead', '1'], /Unknown option '--sead'/, 2],
  ];
  await Promise.all(
    wrong.map(async ([args, reason, expected = 1]) => {
      const { status, output } = await chaos(...args);
      assert.equal(status, expected);
      assert.match(output, reason);
      assert.doesNotMatch(output, /\n {4}at |PostgreSQL/);
    }),
  );
  const help = await chaos('--help');
  assert.equal(help.status, 0);
  assert.match(help.output, /--seed n/);
});
