import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Workflow } from '../src/engine/engine.ts';
import { StepError } from '../src/errors.ts';
import { hang, oneStep, signal, startEngine, unavailable, until } from './engine.ts';

const MINUTE_MS = 60_000;

describe('the embedded engine', () => {
  it('runs a workflow once, however often it is started', async (t) => {
    const { workflow, outcomes } = oneStep();
    let runs = 0;
    const alone = await startEngine(t, { workflow, steps: { act: async () => void runs++ } });
    await Promise.all([alone.start(), alone.start(), alone.start()]);
    await alone.end();
    await alone.start();
    assert.equal(await alone.end(), 'ended');
    assert.deepEqual([runs, outcomes], [1, ['done']]);
  });

  it('tells what has become of a workflow', async (t) => {
    const workflow: Workflow['run'] = async (run, input) => {
      await run.receive('go on', MINUTE_MS);
      if (input.order_id === 'ord_bad') throw new TypeError('a defect');
      return 'over';
    };
    const alone = await startEngine(t, { workflow });
    assert.equal((await alone.engine.describe('good')).state, 'missing');
    for (const [name, end] of [
      ['good', 'ended'],
      ['bad', 'failed'],
    ] as const) {
      await alone.start(name, `ord_${name}`);
      assert.equal((await alone.engine.describe(name)).state, 'running');
      await alone.engine.send(name, 'go on');
      await until(async () => (await alone.engine.describe(name)).state !== 'running');
      assert.equal((await alone.engine.describe(name)).state, end);
    }
  });

  describe('a step', () => {
    it('that is unavailable is tried again under its policy, and counts its tries', async (t) => {
      const { workflow, outcomes } = oneStep();
      const numbers: number[] = [];
      const alone = await startEngine(t, {
        workflow,
        steps: {
          async act(_input, { number }) {
            numbers.push(number);
            if (number < 3) throw unavailable();
          },
        },
      });
      await alone.start();
      await alone.end();
      assert.deepEqual([numbers, outcomes], [[1, 2, 3], ['done']]);
    });

    it('that stays unavailable ends so, when its tries are used up', async (t) => {
      const { workflow, outcomes } = oneStep();
      let tries = 0;
      const act = async () => {
        tries++;
        throw unavailable();
      };
      const alone = await startEngine(t, { workflow, steps: { act } });
      await alone.start();
      await alone.end();
      assert.equal(tries, 3);
      assert.deepEqual(outcomes, [unavailable()]);
    });

    it('that is declined fails with the same error when the workflow is replayed, and does not run again', async (t) => {
      const declined = new StepError('declined', 'card_declined', 'Your card was declined.');
      const seen: StepError[] = [];
      let tries = 0;
      const parts = {
        workflow: (async (run, input) => {
          await run.step('act', input).catch((error) => seen.push(error));
          await run.receive('go on', MINUTE_MS);
          return 'over';
        }) satisfies Workflow['run'],
        steps: {
          async act() {
            tries++;
            throw declined;
          },
        },
      };
      const alone = await startEngine(t, parts);
      await alone.start();
      await until(async () => seen.length === 1);
      await alone.stop();
      await alone.launch(parts);
      await alone.engine.send('w', 'go on');
      await alone.end();
      assert.equal(tries, 1);
      assert.equal(seen.length, 2);
      for (const error of seen) {
        assert.ok(error instanceof StepError);
        assert.deepEqual(
          [error.kind, error.code, error.detail],
          ['declined', 'card_declined', declined.detail],
        );
      }
    });

    it('that sleeps between two tries is tried at once when a message comes', async (t) => {
      const { workflow, outcomes } = oneStep();
      const failed = signal();
      const alone = await startEngine(t, {
        workflow,
        policy: { first_delay_ms: MINUTE_MS },
        steps: {
          async act(_input, { number }) {
            if (number > 1) return;
            failed.happen();
            throw unavailable();
          },
        },
      });
      await alone.start();
      await failed.happened;
      await alone.engine.send('w', 'wake');
      await alone.end();
      assert.deepEqual(outcomes, ['done']);
    });
  });

  it('has room for so many workflows at work; one that waits for a message leaves its place', async (t) => {
    const waits = signal();
    const alone = await startEngine(t, {
      workflows_max: 2,
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
    await until(async () => alone.engine.capacity() === 0);
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
    for (let number = 0; number < 8; number++) await alone.start(`w${number}`, 'ord_1');
    assert.equal(alone.engine.capacity(), 0);
    ends.happen();
    await until(async () => alone.engine.capacity() === 8);
    assert.deepEqual(told, [2, 3, 4, 5, 6, 7, 8]);
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
