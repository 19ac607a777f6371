import { isDatabaseUnavailable } from '@oms/kit/postgres/errors.ts';
import { inScope } from '@oms/kit/trace/scope.ts';
import type { Trace } from '@oms/kit/trace/trace.ts';
import { StepError } from '../errors.ts';
import { ContinueAsNew } from './continue_as_new.ts';
import { Sleepers } from './embedded/sleepers.ts';
import {
  type Engine,
  type Progress,
  type StepInput,
  type Steps,
  type WorkflowDescription,
  WorkflowNotFound,
  type WorkflowRun,
  type WorkflowStart,
  type Workflows,
} from './engine.ts';
import { toFailure } from './failure.ts';
import { type Journal, type Recorded, recordOf, type WorkflowRecord } from './journal.ts';
import { type Place, Places } from './places.ts';
import type { OutagePolicy, RetryPolicies } from './policies.ts';
import { doubted, type Failure, failureOf, runWithRetries, toError } from './retry.ts';

export interface SimulatedEngineOptions {
  /** What outlives the engine: the next one goes on with it. */
  journal: Journal;
  workflows: Workflows;
  steps: Steps;
  policies: RetryPolicies;
  outages: OutagePolicy;
  /** Changes of workflows that new ones do not take yet. */
  patches_held_back?: readonly string[];
  /** Most workflows at work at once; those that wait for a message do not count. */
  workflows_max: number;
  onCapacity?: () => void;
  /** Every touch of the journal goes through here, so that a simulation may delay, refuse or never end it. */
  touch?: <Result>(what: string, workflow_id: string, effect: () => Result) => Promise<Result>;
}

/**
 * The engine for simulations: all in memory, nothing of its own that depends on chance or on the machine. Time is
 * whatever `Date` and `setTimeout` are. It keeps what the embedded engine keeps, a record for each step with all
 * of its tries, and takes up at `launch` what an earlier engine on the same journal left behind.
 */
export class SimulatedEngine implements Engine {
  readonly #options: SimulatedEngineOptions;
  readonly #progress = new Map<string, Progress>();
  /** The waits of workflows: between two tries, and for messages. */
  readonly #sleepers = new Sleepers();
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #carried = new WeakSet<WorkflowRecord>();
  readonly #places: Places;
  #stopping = false;

  constructor(options: SimulatedEngineOptions) {
    this.#options = options;
    this.#places = new Places(options);
  }

  async launch(): Promise<void> {
    for (const [id, record] of this.#options.journal.workflows) {
      if (record.state !== 'running') continue;
      record.recoveries++;
      void this.#carry(id, record, this.#places.recover());
    }
  }

  async stop(timeout_ms: number): Promise<void> {
    this.#stopping = true;
    this.#places.close();
    this.#sleepers.wakeAll();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeout_ms);
    await Promise.race([Promise.all(this.#inFlight), late]);
    clearTimeout(timer);
  }

  async start(workflow_id: string, start: WorkflowStart): Promise<void> {
    await this.#start(workflow_id, start, false);
  }

  async restart(workflow_id: string, start: WorkflowStart): Promise<void> {
    await this.#touch('forget', workflow_id, () => this.#options.journal.remove(workflow_id));
    await this.#start(workflow_id, start, true);
  }

  async send(workflow_id: string, topic: string, trace?: Trace): Promise<void> {
    await this.#touch('send', workflow_id, () => {
      const record = this.#options.journal.workflows.get(workflow_id);
      if (!record) throw new WorkflowNotFound(workflow_id);
      this.#options.journal.change(record, {
        messages: [...record.messages, topic],
        trace: trace ?? record.trace,
      });
    });
    this.#sleepers.wake(workflow_id);
  }

  async describe(workflow_id: string): Promise<WorkflowDescription> {
    const { journal } = this.#options;
    const record = await this.#touch('describe', workflow_id, () => journal.workflows.get(workflow_id));
    if (!record) return { state: 'missing' };
    return { state: record.state, progress: this.#progress.get(workflow_id) };
  }

  async forget(ended_before_ms: number, limit: number): Promise<number> {
    const { journal } = this.#options;
    const before = Date.now() - ended_before_ms;
    const old = [...journal.workflows].filter(([, { ended_at }]) => ended_at !== null && ended_at <= before);
    const forgotten = old.filter(([, { state }]) => state === 'ended').slice(0, limit);
    for (const [id] of forgotten) journal.remove(id);
    return forgotten.length;
  }

  capacity(): number {
    return this.#stopping ? 0 : this.#places.capacity();
  }

  restartCapacity(): number {
    return this.#stopping ? 0 : this.#places.restartCapacity();
  }

  async #start(workflow_id: string, { workflow, input, trace }: WorkflowStart, is_restarted: boolean) {
    const { journal, workflows, patches_held_back = [] } = this.#options;
    const patches = workflows[workflow]?.patches.filter((patch) => !patches_held_back.includes(patch)) ?? [];
    const record = await this.#keep('start', workflow_id, () =>
      journal.add(workflow_id, recordOf({ workflow, input, is_restarted, patches }, trace)),
    );
    // What is running without being carried was written by a try of which nothing was heard.
    if (record.state !== 'running' || this.#carried.has(record)) return;
    void this.#carry(workflow_id, record, is_restarted ? this.#places.recover() : this.#places.begin());
  }

  async #carry(workflow_id: string, record: WorkflowRecord, turn: Place | Promise<Place>): Promise<void> {
    const { journal, workflows } = this.#options;
    this.#carried.add(record);
    const place = await turn;
    let state: 'ended' | 'failed' = 'ended';
    try {
      const workflow = workflows[record.start.workflow];
      if (!workflow) throw new Error(`there is no workflow ${record.start.workflow}`);
      const run = this.#runOf(workflow_id, record, place);
      let input: StepInput | undefined = record.start.input;
      while (input) input = await workflow.run(run, input).then(() => undefined, nextInput);
    } catch (error) {
      journal.defects.push({ workflow_id, error });
      state = 'failed';
    }
    await this.#keep('end', workflow_id, () => {
      if (record.state === 'running') journal.change(record, { state, ended_at: Date.now() });
    });
    this.#progress.delete(workflow_id);
    place.leave();
  }

  #runOf(workflow_id: string, record: WorkflowRecord, place: Place): WorkflowRun {
    let position = 0;
    /** What was recorded at this place, or else what `work` gives, recorded. */
    const once = async (name: string, work: () => Promise<Recorded['result']>, also = () => {}) => {
      const place = position++;
      const known = record.recorded[place];
      if (known && known.name !== name) throw new Error(`replay meets ${name} where ${known.name} was`);
      if (known) return known.result;
      const result = await work();
      await this.#keep(`record ${name}`, workflow_id, () => {
        if (record.recorded.length !== place) return;
        this.#options.journal.record(record, { name, result });
        if (result === true) also();
      });
      return result;
    };
    return {
      step: async (name, input) => {
        const failure = await once(name, () => this.#inFlightUntilDone(workflow_id, record, name, input));
        if (failure) throw toError(failure as Failure);
      },
      receive: async (topic, timeout_ms) => {
        const until = await once(`wait for ${topic}`, async () => Date.now() + timeout_ms);
        const receive = () =>
          this.#wait(place, () => this.#receive(workflow_id, record, topic, Number(until)));
        return (await once(`message ${topic}`, receive, () => this.#consume(record, topic))) as boolean;
      },
      sleep: async (duration_ms) => {
        const until = (await once('sleep', async () => Date.now() + duration_ms)) as number;
        await this.#wait(place, () =>
          this.#sleepers.sleep(`${workflow_id} asleep`, Math.max(0, until - Date.now())),
        );
      },
      now: async () => (await once('now', async () => Date.now())) as number,
      patched: (patch) => record.start.patches.includes(patch),
      outages: this.#options.outages,
      progress: (progress) => void this.#progress.set(workflow_id, progress),
      continueAsNew: async (input) => {
        throw new ContinueAsNew(input);
      },
    };
  }

  async #inFlightUntilDone(workflow_id: string, record: WorkflowRecord, name: string, input: StepInput) {
    if (this.#stopping) return park();
    const parked = Promise.withResolvers<void>();
    const work = this.#step(workflow_id, record, name, input, parked.resolve);
    const inFlight = Promise.race([parked.promise, Promise.allSettled([work])]);
    this.#inFlight.add(inFlight);
    try {
      return await work;
    } finally {
      this.#inFlight.delete(inFlight);
    }
  }

  /** All tries of a step. @returns how it failed, undefined when it succeeded */
  async #step(
    workflow_id: string,
    record: WorkflowRecord,
    name: string,
    input: StepInput,
    onParked: () => void,
  ): Promise<Failure | undefined> {
    const { workflows, steps, policies } = this.#options;
    const policy = workflows[record.start.workflow]?.steps[name];
    const step = steps[name];
    if (!policy || !step) throw new Error(`the workflow has no step ${name}`);
    try {
      await runWithRetries(
        policies[policy],
        (number) =>
          inScope({ trace: record.trace }, () =>
            step(input, { number, report: () => {} }).then(() => undefined, toFailure),
          ),
        async (delay_ms) => {
          if (!this.#stopping) await this.#sleepers.sleep(workflow_id, delay_ms);
          if (!this.#stopping) return;
          onParked();
          await park();
        },
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      const failure = failureOf(error);
      return record.start.is_restarted || record.recoveries > 0 ? doubted(failure) : failure;
    }
  }

  async #receive(id: string, record: WorkflowRecord, topic: string, until: number): Promise<boolean> {
    while (!record.messages.includes(topic)) {
      if (Date.now() >= until) return false;
      await this.#sleepers.sleep(id, until - Date.now());
      if (this.#stopping) await park();
    }
    return true;
  }

  #consume(record: WorkflowRecord, topic: string): void {
    const index = record.messages.indexOf(topic);
    this.#options.journal.change(record, { messages: record.messages.toSpliced(index, 1) });
  }

  /** Leaves its place to others while it waits. */
  async #wait<Result>(place: Place, wait: () => Promise<Result>): Promise<Result> {
    if (this.#stopping) return park();
    place.leave();
    const result = await wait();
    if (this.#stopping) return park();
    await place.resume();
    return result;
  }

  /** Writes what must be written: while the database is away it waits for it. */
  async #keep<Result>(what: string, workflow_id: string, effect: () => Result): Promise<Result> {
    for (;;) {
      try {
        return await this.#touch(what, workflow_id, effect);
      } catch (error) {
        if (!isDatabaseUnavailable(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, DATABASE_RETRY_MS));
      }
    }
  }

  #touch<Result>(what: string, workflow_id: string, effect: () => Result): Promise<Result> {
    const { touch } = this.#options;
    return touch ? touch(what, workflow_id, effect) : new Promise((resolve) => resolve(effect()));
  }
}

const DATABASE_RETRY_MS = 1_000;

/** Whoever is left so is taken up by the next engine on the journal. */
function park(): Promise<never> {
  return new Promise(() => {});
}

function nextInput(error: unknown): StepInput {
  if (error instanceof ContinueAsNew) return error.input;
  throw error;
}
