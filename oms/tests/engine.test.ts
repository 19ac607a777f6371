import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import pg from 'pg';
import { spreadRecovery } from '../src/engine/embedded/recovery.ts';
import type { StepInput, WorkflowRun } from '../src/engine/engine.ts';
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

  it('takes up what was left behind: the newest at once, one that is sent a message soon, the others in turn', async (t) => {
    const waiting = async (run: WorkflowRun, input: StepInput) => {
      await run.receive('go on', MINUTE_MS);
      await run.step('act', input);
      return 'over';
    };
    const alone = await startEngine(t, { workflow: waiting, steps: { act: async () => {} } });
    const ids = Array.from({ length: 70 }, (_, number) => `w${number}`);
    for (const id of ids) await alone.start(id);
    await alone.stop();
    const pool = new pg.Pool({ connectionString: alone.database_url, max: 1 });
    // As if the machine had stopped: nothing was at work, and all of it waits.
    assert.equal(await spreadRecovery(pool, Date.now() + 24 * 60 * MINUTE_MS), 6);
    await alone.launch({ workflow: waiting, steps: { act: async () => {} } });
    const delayed = async () =>
      (
        await pool.query(
          "SELECT workflow_uuid AS id FROM dbos.workflow_status WHERE status = 'DELAYED' ORDER BY 1",
        )
      ).rows;
    assert.deepEqual(
      (await delayed()).map(({ id }) => id),
      ['w0', 'w1', 'w2', 'w3', 'w4', 'w5'],
    );
    assert.equal((await alone.engine.describe('w0')).state, 'running');
    for (const id of ['w0', 'w69']) await alone.engine.send(id, 'go on');
    for (const id of ['w0', 'w69'])
      await until(async () => (await alone.engine.describe(id)).state === 'ended');
    assert.equal((await delayed()).length, 5);
    await pool.end();
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
