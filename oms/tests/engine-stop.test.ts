import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPool } from '@oms/kit/postgres/pool.ts';
import type { Workflow } from '../src/engine/engine.ts';
import { createEngine, hang, oneStep, signal, startEngine, unavailable } from './engine.ts';

const MINUTE_MS = 60_000;

describe('when the embedded engine stops', () => {
  it('a step at work is awaited and recorded, and the next process begins with the one after it', async (t) => {
    const taken: string[] = [];
    const acting = signal();
    const acted = signal();
    const workflow: Workflow['run'] = async (run, input) => {
      await run.step('act', input);
      await run.step('more', input);
      return 'over';
    };
    const steps = {
      async act() {
        taken.push('act');
        acting.happen();
        await acted.happened;
      },
      more: async () => void taken.push('more'),
    };
    const alone = await startEngine(t, { workflow, steps });
    await alone.start();
    await acting.happened;
    const stopped = alone.stop();
    acted.happen();
    await stopped;
    assert.deepEqual(taken, ['act']);
    await alone.launch({ workflow, steps });
    await alone.end();
    assert.deepEqual(taken, ['act', 'more']);
  });

  it('a step that takes longer is left, and the next process runs it again', async (t) => {
    const { workflow, outcomes } = oneStep();
    const acting = signal();
    const alone = await startEngine(t, {
      workflow,
      steps: {
        act() {
          acting.happen();
          return hang();
        },
      },
    });
    await alone.start();
    await acting.happened;
    await alone.stop(10);
    await alone.launch({ workflow, steps: { act: async () => {} } });
    await alone.end();
    assert.deepEqual(outcomes, ['done']);
  });

  it('a step that sleeps between two tries does not delay it, and goes on in the next process', async (t) => {
    const { workflow, outcomes } = oneStep();
    const failed = signal();
    let tries = 0;
    const parts = {
      workflow,
      policy: { first_delay_ms: MINUTE_MS },
      steps: {
        async act() {
          if (++tries > 1) return;
          failed.happen();
          throw unavailable();
        },
      },
    };
    const alone = await startEngine(t, parts);
    await alone.start();
    await failed.happened;
    const begun_at = performance.now();
    await alone.stop(MINUTE_MS);
    assert.ok(performance.now() - begun_at < MINUTE_MS / 4);
    assert.deepEqual([tries, outcomes], [1, []]);
    await alone.launch(parts);
    await alone.end();
    assert.deepEqual([tries, outcomes], [2, ['done']]);
  });

  it('a step that fails meanwhile is not tried again before the next process', async (t) => {
    const { workflow, outcomes } = oneStep();
    const acting = signal();
    const acted = signal();
    let tries = 0;
    const parts = {
      workflow,
      steps: {
        async act() {
          if (++tries > 1) return;
          acting.happen();
          await acted.happened;
          throw unavailable();
        },
      },
    };
    const alone = await startEngine(t, parts);
    await alone.start();
    await acting.happened;
    const stopped = alone.stop(MINUTE_MS);
    acted.happen();
    await stopped;
    assert.deepEqual([tries, outcomes], [1, []]);
    await alone.launch(parts);
    await alone.end();
    assert.deepEqual([tries, outcomes], [2, ['done']]);
  });

  it('a workflow that waits for a message goes on waiting in the next process', async (t) => {
    const received: boolean[] = [];
    const parts = {
      workflow: (async (run) => {
        received.push(await run.receive('go on', MINUTE_MS));
        return 'over';
      }) satisfies Workflow['run'],
    };
    const alone = await startEngine(t, parts);
    await alone.start();
    await alone.stop();
    await alone.launch(parts);
    assert.equal((await alone.engine.describe('w')).state, 'running');
    await alone.engine.send('w', 'go on');
    assert.equal(await alone.end(), 'ended');
    assert.deepEqual(received, [true]);
  });

  it('another may begin on its database, and not before', async (t) => {
    const parts = { workflow: async () => 'over' };
    const alone = await startEngine(t, parts);
    const pool = createPool({ url: alone.database_url, max: 4, application_name: 'test' });
    t.after(() => pool.end());
    await assert.rejects(createEngine(pool, { ...parts, lock_wait_ms: 0 }).launch(), {
      name: 'OperatorError',
      message: /Another process carries the orders of this database/,
    });
    await alone.start();
    assert.equal(await alone.end(), 'ended');
    const waiting = createEngine(pool, { ...parts, lock_wait_ms: MINUTE_MS });
    const launched = waiting.launch();
    await alone.stop();
    await launched;
    assert.equal((await waiting.describe('w')).state, 'ended');
    await waiting.stop(0);
  });
});
