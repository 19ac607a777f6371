import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Step, StepInput, Steps, WorkflowState } from '../../src/engine/engine.ts';
import { WorkflowNotFound } from '../../src/engine/engine.ts';
import { StepError } from '../../src/errors.ts';
import { table } from '../../src/orders/workflow.ts';
import type { EngineInTest, Harness, Parts } from './harness.ts';
import { NEW_WAY, type testWorkflows } from './workflows.ts';

/** What every engine must do, whatever runs inside. */
export function conformance(harness: Harness): void {
  describe(`${harness.name} conforms:`, { timeout: 110_000 }, () => {
    after(() => harness.close?.());

    it('a workflow started often runs once', async (t) => {
      const tried = await launch(t, harness);
      await Promise.all([tried.start('one_step'), tried.start('one_step'), tried.start('one_step')]);
      await tried.end();
      await tried.start('one_step');
      assert.equal(await tried.end(), 'ended');
      assert.deepEqual([tried.acts.length, tried.notes], [1, ['done']]);
    });

    it('what has become of a workflow is told', async (t) => {
      const tried = await launch(t, harness);
      assert.equal(await tried.state(), 'missing');
      await tried.start('waiting');
      assert.equal(await tried.state(), 'running');
      await tried.send('go on');
      assert.equal(await tried.end(), 'ended');
      tried.next();
      await tried.start('defective');
      await tried.send('go on');
      assert.equal(await tried.end(), 'failed');
    });

    it('a failed workflow can be started anew, and its steps then count as ones that may have acted', async (t) => {
      const tried = await launch(t, harness, { act: isAway });
      await tried.start('defective');
      await tried.send('go on');
      await tried.end();
      await tried.engine().restart(tried.id, { workflow: 'one_step', input: tried.input() });
      assert.equal(await tried.end(), 'ended');
      assert.deepEqual(tried.notes, ['unknown provider_away It is away.']);
    });

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
        const acting = signal();
        const acted = signal();
        const act = async () => {
          acting.happen();
          await acted.happened;
        };
        const tried = await launch(t, harness, { act });
        await tried.start('waiting');
        await acting.happened;
        await tried.send('go on');
        acted.happen();
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

    describe('a message', () => {
      it('that does not come leaves the wait to its time-out', async (t) => {
        const tried = await launch(t, harness);
        await tried.start('waiting', { timeout_ms: '30' });
        await tried.end();
        assert.deepEqual(tried.notes, ['done', 'timed out']);
      });

      it('of another topic is left for later', async (t) => {
        const tried = await launch(t, harness);
        await tried.start('waiting', { timeout_ms: '30' });
        await tried.send('something else');
        await tried.end();
        assert.deepEqual(tried.notes, ['done', 'timed out']);
      });

      it('that comes after the end does no harm', async (t) => {
        const tried = await launch(t, harness);
        await tried.start('one_step');
        await tried.end();
        await tried.send('go on');
        assert.equal(await tried.state(), 'ended');
      });

      it('to a workflow that was never started says so', async (t) => {
        const tried = await launch(t, harness);
        await assert.rejects(tried.send('go on'), WorkflowNotFound);
      });

      it('is awaited in the next process too', async (t) => {
        const tried = await launch(t, harness);
        await tried.start('waiting');
        await tried.until(() => tried.notes.length === 1);
        await tried.relaunch();
        assert.equal(await tried.state(), 'running');
        await tried.send('go on');
        await tried.end();
        assert.deepEqual([tried.acts, tried.notes], [[1], ['done', 'received']]);
      });
    });

    it('a workflow begun before a patch keeps to the old way, a new one takes the new', async (t) => {
      const tried = await launch(t, harness, {}, { patches_held_back: [NEW_WAY] });
      await tried.start('patched');
      await tried.until(() => tried.notes.length === 1);
      await tried.relaunch();
      await tried.send('go on');
      await tried.end();
      assert.deepEqual(tried.notes, ['old', 'old']);
      tried.next();
      await tried.start('patched');
      await tried.send('go on');
      await tried.end();
      assert.deepEqual(tried.notes, ['new', 'new']);
    });

    it('the clock moves on over a sleep, and tells the same when the workflow is replayed', async (t) => {
      const tried = await launch(t, harness);
      await tried.start('clock');
      await tried.until(() => tried.notes.length === 1);
      await tried.relaunch();
      await tried.send('go on');
      await tried.end();
      const [first = '', second] = tried.notes;
      assert.equal(second, first);
      const [from, to] = first.split(' ').map(Number);
      assert.ok(to! - from! >= 19, first);
    });

    it('a workflow that begins anew goes on under its id, with the messages that it has not received', async (t) => {
      const acting = signal();
      const acted = signal();
      const act = async () => {
        acting.happen();
        await acted.happened;
      };
      const tried = await launch(t, harness, { act });
      await tried.start('rounds');
      await acting.happened;
      await tried.send('go on');
      acted.happen();
      assert.equal(await tried.end(), 'ended');
      assert.deepEqual(tried.notes, ['left 3', 'left 2', 'left 1', 'left 0', 'received']);
    });

    it('a workflow under way tells how far it has come', async (t) => {
      const tried = await launch(t, harness);
      await tried.start('telling');
      await tried.until(async () => (await tried.describe()).progress?.at === 'waiting');
      assert.deepEqual(await tried.describe(), {
        state: 'running',
        progress: { at: 'waiting', status: 'processing', attention: true },
      });
      await tried.send('go on');
      await tried.end();
    });

    for (const [index, { step }] of table.entries()) {
      it(`an order whose ${step} is declined is taken back in reverse`, async (t) => {
        const tried = await launch(t, harness, {
          [step]: async () => {
            throw new StepError('declined', 'no', 'No.');
          },
        });
        await tried.start('order');
        assert.equal(await tried.end(), 'ended');
        const forward = table.slice(0, index + 1);
        const back = forward.flatMap(({ compensation }) => compensation ?? []).reverse();
        assert.deepEqual(tried.steps, [
          ...forward.map((row) => row.step),
          'begin_unwinding',
          ...back,
          'cancel_order',
        ]);
      });
    }
  });
}

/** An engine with steps that keep what they were asked, and one workflow's id to try it with. */
class Tried {
  id = newId();
  /** The numbers of the tries of `act`. */
  acts: number[] = [];
  /** What the workflow noted. */
  notes: string[] = [];
  /** The names of the steps taken. */
  steps: string[] = [];
  in_test!: EngineInTest;

  /** Forgets the workflow for another one, on the same engine. */
  next(): void {
    this.id = newId();
    this.acts = [];
    this.notes = [];
    this.steps = [];
  }

  input = (more: Record<string, string> = {}): StepInput => ({ order_id: this.id, ...more });
  engine = () => this.in_test.engine;
  describe = () => this.engine().describe(this.id);
  state = async (): Promise<WorkflowState> => (await this.describe()).state;
  send = (topic: string) => this.engine().send(this.id, topic);
  start = (workflow: keyof typeof testWorkflows, more = {}) =>
    this.engine().start(this.id, { workflow, input: this.input(more), customer_id: 'cus_1' });

  /** Stops the process and launches the next one, with these steps. */
  async relaunch(steps: Steps = {}, parts: Partial<Parts> = {}): Promise<void> {
    await this.in_test.stop();
    await this.in_test.launch({ ...parts, steps: this.record(steps) });
  }

  /** Starts the workflow in a process that dies in its step, and goes on in this one. */
  async crash(): Promise<void> {
    await this.in_test.stop();
    await this.in_test.crashInStep(this.id);
    await this.in_test.launch({ steps: this.record(this.#given) });
  }

  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) await delay(5);
  }

  async end(): Promise<WorkflowState> {
    let state: WorkflowState = 'running';
    await this.until(async () => {
      state = await this.state();
      return state !== 'running';
    });
    return state;
  }

  #given: Steps = {};

  record(given: Steps): Steps {
    this.#given = given;
    const names = ['act', ...table.flatMap(({ step, compensation }) => [step, compensation ?? step])];
    const recorded = [...names, 'begin_unwinding', 'cancel_order', 'ask_for_attention'].map((name) => {
      const step: Step = async (input, attempt) => {
        if (name === 'act') this.acts.push(attempt.number);
        else this.steps.push(name);
        await given[name]?.(input, attempt);
      };
      return [name, step] as const;
    });
    return { ...Object.fromEntries(recorded), note: async ({ text }) => void this.notes.push(text!) };
  }
}

let count = 0;

function newId(): string {
  return `w${process.pid}-${++count}`;
}

async function launch(
  test: { after(clean: () => Promise<void>): void },
  harness: Harness,
  steps: Steps = {},
  parts: Partial<Parts> = {},
): Promise<Tried> {
  const tried = new Tried();
  tried.in_test = await harness.create({ ...parts, steps: tried.record(steps) });
  test.after(() => tried.in_test.dispose());
  return tried;
}

function unavailable(): StepError {
  return new StepError('unavailable', 'provider_away', 'It is away.');
}

async function isAway(): Promise<never> {
  throw unavailable();
}

/** Something that happens once, and can be waited for. */
function signal() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { happened: promise, happen: () => resolve() };
}
