import { setTimeout as delay } from 'node:timers/promises';
import type { Step, StepInput, Steps, WorkflowState } from '../../src/engine/engine.ts';
import { StepError } from '../../src/errors.ts';
import { table } from '../../src/orders/workflow.ts';
import type { EngineInTest, Harness, Parts } from './harness.ts';
import type { testWorkflows } from './workflows.ts';

/** An engine with steps that keep what they were asked, and one workflow's id to try it with. */
export class Tried {
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
    const note: Step = async (input, attempt) => {
      this.notes.push(input.text!);
      await given.note?.(input, attempt);
    };
    return { ...Object.fromEntries(recorded), note };
  }
}

let count = 0;

function newId(): string {
  return `w${process.pid}-${++count}`;
}

export async function launch(
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

export function unavailable(): StepError {
  return new StepError('unavailable', 'provider_away', 'It is away.');
}

export async function isAway(): Promise<never> {
  throw unavailable();
}

/** Something that happens once, and can be waited for. */
export function signal() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { happened: promise, happen: () => resolve() };
}

/** A step that stays at work until it is let go. */
export function heldStep() {
  const acting = signal();
  const acted = signal();
  const act = async () => {
    acting.happen();
    await acted.happened;
  };
  return { act, isActing: acting.happened, letGo: acted.happen };
}
