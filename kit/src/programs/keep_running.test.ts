import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keepRunning } from './keep_running.ts';

/** A server that ends as often as it is told to. */
function fake(ends: string[], starts: (Error | undefined)[] = []) {
  const log: string[] = [];
  const done = Promise.withResolvers<void>();
  const stop = keepRunning(
    {
      name: 'Server',
      async ended(signal) {
        const reason = ends.shift();
        if (reason !== undefined) return reason;
        done.resolve();
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')));
      },
      async start() {
        const failure = starts.shift();
        log.push(failure ? 'fails' : 'starts');
        if (failure) throw failure;
      },
    },
    {
      onRestart: (line) => log.push(line),
      onGiveUp({ message }) {
        log.push(message);
        done.resolve();
      },
      first_delay_ms: 1,
    },
  );
  return { log, done: done.promise, stop };
}

describe('a server that is kept running', () => {
  it('is started again when it has ended, with a line that says why', async () => {
    const { log, done, stop } = fake(['SIGKILL']);
    await done;
    await stop();
    assert.deepEqual(log, ['Server has ended (SIGKILL) and is started again.', 'starts']);
  });

  it('is tried again when it does not start', async () => {
    const { log, done, stop } = fake(['SIGKILL'], [new Error('no disk')]);
    await done;
    await stop();
    assert.deepEqual(log, [
      'Server has ended (SIGKILL) and is started again.',
      'fails',
      'Server has ended (no disk) and is started again.',
      'starts',
    ]);
  });

  it('is given up with the last reason when it ends too often', async () => {
    const { log, done, stop } = fake(['1', '2', '3', '4', '5', '6', '7']);
    await done;
    await stop();
    assert.equal(log.filter((line) => line === 'starts').length, 5);
    assert.equal(log.at(-1), 'Server ended 6 times within 5 minutes, at last with: 6');
  });

  it('is let go at once when that ends while it is being started', async () => {
    const starting = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const stop = keepRunning(
      {
        name: 'Server',
        ended: (() => {
          let times = 0;
          return () => (times++ === 0 ? Promise.resolve('SIGKILL') : new Promise<string>(() => {}));
        })(),
        async start() {
          starting.resolve();
          await started.promise;
        },
      },
      { onRestart() {}, onGiveUp() {}, first_delay_ms: 1 },
    );
    await starting.promise;
    const stopped = stop();
    started.resolve();
    await stopped;
  });

  it('is left alone once that is ended', async () => {
    const { log, stop } = fake([]);
    await stop();
    assert.deepEqual(log, []);
  });
});
