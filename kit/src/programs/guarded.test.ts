import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startGuarded } from './guarded.ts';

test('it ends with its parent, even when that is killed', async () => {
  const parent = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { startGuarded } from ${JSON.stringify(import.meta.resolve('./guarded.ts'))};
       const server = startGuarded('sh', ['-c', 'echo $$; exec sleep 600']);
       while (server.lastLines(1).length === 0) await new Promise(setImmediate);
       console.log(server.lastLines(1)[0]);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [text] = await once(parent.stdout, 'data');
  const pid = Number(String(text));
  assert.ok(runs(pid));
  parent.kill('SIGKILL');
  while (runs(pid)) await delay(10);
});

test('it is asked to end, and ended when it does not', async () => {
  const polite = startGuarded('sh', [
    '-c',
    'trap "echo bye; exit 7" TERM; echo ready; while :; do sleep 0.05; done',
  ]);
  await said(polite, 'ready');
  await polite.stop(60_000);
  assert.equal(await polite.ended, 'status 7');

  const deaf = startGuarded('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done']);
  await said(deaf, 'ready');
  await deaf.stop(50);
  assert.equal(await deaf.ended, 'SIGKILL');
});

test('an end of its own is told, and what it wrote last', async () => {
  const server = startGuarded('sh', ['-c', 'echo one; echo two >&2; exit 3']);
  assert.equal(await server.ended, 'status 3');
  assert.deepEqual(server.lastLines(10).sort(), ['one', 'two']);
  assert.equal(await startGuarded('/nowhere/at-all', []).ended, 'status 127');
});

test('it is killed without a chance to clean up, with what guards it', async () => {
  const server = startGuarded('sh', ['-c', 'trap "" TERM; echo $MARK; echo $$; exec sleep 600'], {
    environment: { PATH: process.env.PATH, MARK: 'its own environment' },
  });
  while (server.lastLines(2).length < 2) await delay(5);
  const [mark, pid] = server.lastLines(2);
  assert.equal(mark, 'its own environment');
  server.kill();
  assert.equal(await server.ended, 'SIGKILL');
  while (runs(Number(pid))) await delay(10);
  server.kill();
});

async function said(server: ReturnType<typeof startGuarded>, word: string): Promise<void> {
  while (!server.lastLines(5).includes(word)) await delay(5);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
