import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hang, signal, startEngine, until } from './engine.ts';

const MINUTE_MS = 60_000;

describe('the embedded engine', () => {
  it('has room for so many workflows at work; one that waits for a message leaves its place', async (t) => {
    const waits = signal();
    const alone = await startEngine(t, {
      workflows_max: 3,
      workflow: async (run, input) => {
        if (input.order_id === 'ord_waiting') await run.receive('go on', MINUTE_MS);
        await run.step('act', input);
        return 'over';
      },
      steps: { act: () => waits.happened },
    });
    assert.equal(alone.engine.capacity(), 2);
    await alone.start('waiting', 'ord_waiting');
    await until(async () => alone.engine.capacity() === 2);
    await alone.start('working', 'ord_working');
    assert.equal(alone.engine.capacity(), 1);
    await alone.engine.send('waiting', 'go on');
    await until(async () => alone.engine.restartCapacity() === 0);
    assert.equal(alone.engine.capacity(), 1, 'one that goes on has a place of its own');
    waits.happen();
    await until(async () => alone.engine.capacity() === 2);
    await alone.stop();
    assert.equal(alone.engine.capacity(), 0);
  });

  it('says when it has room for more, but not of every place', async (t) => {
    const ends = signal();
    const told: number[] = [];
    const alone = await startEngine(t, {
      workflows_max: 8,
      onCapacity: () => told.push(alone.engine.capacity()),
      workflow: async (run, input) => {
        await run.step('act', input);
        return 'over';
      },
      steps: { act: () => ends.happened },
    });
    for (let number = 0; number < 6; number++) await alone.start(`w${number}`, 'ord_1');
    assert.equal(alone.engine.capacity(), 0);
    ends.happen();
    await until(async () => alone.engine.capacity() === 6);
    assert.deepEqual(told, [2, 3, 4, 5, 6]);
  });

  it('forgets workflows that have ended, not those under way', async (t) => {
    const alone = await startEngine(t, {
      workflow: async (run, input) => {
        await run.step('act', input);
        return 'over';
      },
      steps: { act: ({ order_id }) => (order_id === 'ord_stuck' ? hang() : Promise.resolve()) },
    });
    await alone.start('stuck', 'ord_stuck');
    await alone.start('over', 'ord_over');
    await until(async () => (await alone.engine.describe('over')).state === 'ended');
    assert.equal(await alone.engine.forget(MINUTE_MS, 10), 0);
    await until(async () => (await alone.engine.forget(0, 10)) === 1);
    assert.equal((await alone.engine.describe('over')).state, 'missing');
    assert.equal((await alone.engine.describe('stuck')).state, 'running');
  });
});
