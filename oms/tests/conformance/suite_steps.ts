import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Step } from '../../src/engine/engine.ts';
import { StepError } from '../../src/errors.ts';
import type { Harness } from './harness.ts';
import { heldStep, isAway, launch, unavailable } from './tried.ts';

/** How every engine runs the steps of its workflows. */
export function stepsConform(harness: Harness): void {
  describe('a step', () => {
    it('that is unavailable is tried again under its policy, and counts its tries', async (t) => {
      const tried = await launch(t, harness, {
        act: async (_input, { number }) => {
          if (number < 4) throw unavailable();
        },
      });
      await tried.start('one_step');
      await tried.end();
      assert.deepEqual(tried.acts, [1, 2, 3, 4]);
      assert.deepEqual(tried.notes, ['done']);
    });

    it('waits longer from try to try', async (t) => {
      const at: number[] = [];
      const now = () => harness.now?.() ?? performance.now();
      const parts = { retry_first_delay_ms: harness.now ? 1000 : 40 };
      const act: Step = async () => {
        at.push(now());
        throw unavailable();
      };
      const tried = await launch(t, harness, { act }, parts);
      await tried.start('one_step');
      await tried.end();
      const waits = at.slice(1).map((time, index) => time - at[index]!);
      assert.equal(waits.length, 4);
      for (const [index, wait] of waits.entries()) {
        const due = parts.retry_first_delay_ms * 2 ** index;
        // A real clock may be late, and a timer of a millisecond's grain a little early.
        assert.ok(wait >= due - 2, `waited ${wait} ms, not ${due} ms`);
        if (harness.now) assert.ok(wait < due * 1.5, `waited ${wait} ms of virtual time, not ${due} ms`);
      }
    });

    it('that stays unavailable ends so after five tries', async (t) => {
      const tried = await launch(t, harness, { act: isAway });
      await tried.start('one_step');
      await tried.end();
      assert.deepEqual(tried.acts, [1, 2, 3, 4, 5]);
      assert.deepEqual(tried.notes, ['unavailable provider_away It is away.']);
    });

    it('that was unknown once stays unknown when later tries are only unavailable', async (t) => {
      const tried = await launch(t, harness, {
        act: async (_input, { number }) => {
          throw number === 2 ? new StepError('unknown', 'no_answer', 'It did not answer.') : unavailable();
        },
      });
      await tried.start('one_step');
      await tried.end();
      assert.deepEqual(tried.notes, ['unknown no_answer It did not answer.']);
    });

    it('that is declined is not tried again, and tells the same when the workflow is replayed', async (t) => {
      const act = async () => {
        throw new StepError('declined', 'card_declined', 'Your card was declined.');
      };
      const tried = await launch(t, harness, { act });
      await tried.start('waiting');
      await tried.until(() => tried.notes.length === 1);
      await tried.relaunch({ act });
      await tried.send('go on');
      await tried.end();
      assert.deepEqual(tried.acts, [1]);
      assert.deepEqual(tried.notes, ['declined card_declined Your card was declined.', 'received']);
    });

    it('with a defect ends unknown, and does not tell what went wrong inside', async (t) => {
      const tried = await launch(t, harness, {
        act: async () => {
          throw new TypeError('x is not a function');
        },
      });
      await tried.start('one_step');
      await tried.end();
      assert.match(tried.notes.join(), /^unknown step_failed /);
      assert.doesNotMatch(tried.notes.join(), /not a function/);
    });

    it('outlasts an outage of our database, whose tries do not count', async (t) => {
      const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      let tries = 0;
      const tried = await launch(t, harness, {
        act: async () => {
          if (++tries <= 7) throw outage;
        },
      });
      await tried.start('one_step');
      await tried.end();
      assert.deepEqual(tried.notes, ['done']);
    });

    it('that sleeps between two tries is tried at once when a message comes', async (t) => {
      const act: Step = async (_input, { number }) => {
        if (number === 1) throw unavailable();
      };
      const tried = await launch(t, harness, { act }, { retry_first_delay_ms: 60_000 });
      await tried.start('one_step');
      await tried.until(() => tried.acts.length === 1);
      await tried.send('wake');
      await tried.end();
      assert.deepEqual(tried.notes, ['done']);
    });

    it('that a message comes during is not cut short: the message is there after it', async (t) => {
      const { act, isActing, letGo } = heldStep();
      const tried = await launch(t, harness, { act });
      await tried.start('waiting');
      await isActing;
      await tried.send('go on');
      letGo();
      await tried.end();
      assert.deepEqual([tried.acts, tried.notes], [[1], ['done', 'received']]);
    });

    it('that a process dies in runs again in the next one', async (t) => {
      const tried = await launch(t, harness);
      await tried.crash();
      await tried.end();
      assert.deepEqual(tried.notes, ['done']);
    });

    it('that a process died in may have acted, whatever later tries say', async (t) => {
      const tried = await launch(t, harness, { act: isAway });
      await tried.crash();
      await tried.end();
      assert.deepEqual(tried.notes, ['unknown provider_away It is away.']);
    });
  });
}
