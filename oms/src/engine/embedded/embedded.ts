import { DBOS, Error as DbosError } from '@dbos-inc/dbos-sdk';
import { type Trace, toTrace, traceFields } from '@oms/kit/trace/trace.ts';
import type pg from 'pg';
import type { Logger } from 'pino';
import { ContinueAsNew } from '../continue_as_new.ts';
import {
  type Engine,
  type Progress,
  type StepInput,
  type Steps,
  type Workflow,
  type WorkflowDescription,
  WorkflowNotFound,
  type WorkflowRun,
  type WorkflowStart,
  type WorkflowState,
  type Workflows,
} from '../engine.ts';
import { type Place, Places } from '../places.ts';
import type { OutagePolicy, RetryPolicies } from '../policies.ts';
import { ProcessLock } from '../process_lock.ts';
import { toDbosLogger } from './dbos_logger.ts';
import { hasten, spreadRecovery } from './recovery.ts';
import { park, StepRunner } from './step_runner.ts';

export interface EmbeddedEngineOptions {
  /** For the engine's own tables. Its commits need not be on disk at once: what is lost is run again. */
  pool: pg.Pool;
  workflows: Workflows;
  steps: Steps;
  policies: RetryPolicies;
  outages: OutagePolicy;
  /** Changes of workflows that new ones do not take yet. */
  patches_held_back?: readonly string[];
  /** Most workflows at work at once; those that wait for a message do not count. */
  workflows_max: number;
  /** Called when workflows have ended or begun to wait, and at least a quarter of the places for new ones are free. */
  onCapacity?: () => void;
  /** How long `launch` waits for another process that is just ending. Default 10 s. */
  lock_wait_ms?: number;
  logger: Logger;
}

/** The engine that needs only PostgreSQL: DBOS Transact. One process at a time may run it on a database. */
export class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedEngineOptions;
  readonly #lock: ProcessLock;
  readonly #runner: StepRunner;
  /** What the workflows at work told last; a recovered one tells it anew. */
  readonly #progress = new Map<string, Progress>();
  /** The requests that the workflows at work are at work for. */
  readonly #traces = new Map<string, Trace>();
  readonly #places: Places;
  /** Workflows that are being started here; any other that runs was left behind, or is started anew. */
  readonly #beginning = new Set<string>();
  #stopping = false;

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.#places = new Places(options);
    this.#lock = new ProcessLock(options.pool, options.logger, 'exclusive');
    this.#runner = new StepRunner(options);
  }

  async launch(): Promise<void> {
    const { pool, logger, lock_wait_ms = LOCK_WAIT_MS } = this.#options;
    await this.#lock.take(lock_wait_ms);
    running = this;
    DBOS.setConfig({
      name: 'order-processing',
      systemDatabasePool: pool,
      // What is recovered at launch is what this executor and version left behind, so both stay the same.
      executorID: 'embedded',
      applicationVersion: 'embedded',
      logger: toDbosLogger(logger, () => this.#stopping),
    });
    try {
      const put_off = await spreadRecovery(pool);
      if (put_off > 0)
        logger.info({ put_off }, 'workflows of an earlier process are taken up one after another');
      await DBOS.launch();
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  async stop(timeout_ms: number): Promise<void> {
    this.#stopping = true;
    this.#places.close();
    await this.#runner.stop(timeout_ms);
    await DBOS.shutdown();
    if (running === this) running = undefined;
    this.#lock.release();
  }

  async start(workflow_id: string, start: WorkflowStart): Promise<void> {
    this.#beginning.add(workflow_id);
    try {
      await this.#start(workflow_id, start, false);
    } finally {
      // It runs by now, unless it was started before.
      this.#beginning.delete(workflow_id);
    }
  }

  async restart(workflow_id: string, start: WorkflowStart): Promise<void> {
    await DBOS.deleteWorkflows([workflow_id]);
    await this.#start(workflow_id, start, true);
  }

  async #start(workflow_id: string, { workflow, input, trace }: WorkflowStart, is_restarted: boolean) {
    const { workflows, patches_held_back = [] } = this.#options;
    // The patches are fixed here, rather than recorded by the run, which would cost it a statement.
    const patches = workflows[workflow]?.patches.filter((patch) => !patches_held_back.includes(patch)) ?? [];
    const recorded = { workflow, input, is_restarted, patches, ...(trace && { trace }) };
    await DBOS.startWorkflow(carry, { workflowID: workflow_id })(recorded);
  }

  async send(workflow_id: string, topic: string, trace?: Trace): Promise<void> {
    try {
      await DBOS.send(workflow_id, trace ?? topic, topic);
    } catch (error) {
      if (error instanceof DbosError.DBOSNonExistentWorkflowError) throw new WorkflowNotFound(workflow_id);
      throw error;
    }
    await hasten(this.#options.pool, workflow_id);
    this.#follow(workflow_id, trace);
    this.#runner.wake(workflow_id);
  }

  async describe(workflow_id: string): Promise<WorkflowDescription> {
    const status = await DBOS.getWorkflowStatus(workflow_id);
    if (!status) return { state: 'missing' };
    return { state: states[status.status] ?? 'failed', progress: this.#progress.get(workflow_id) };
  }

  async forget(ended_before_ms: number, limit: number): Promise<number> {
    const ended = await DBOS.listWorkflows({
      status: 'SUCCESS',
      completedBefore: new Date(Date.now() - ended_before_ms).toISOString(),
      loadInput: false,
      loadOutput: false,
      limit,
    });
    if (ended.length > 0) await DBOS.deleteWorkflows(ended.map(({ workflowID }) => workflowID));
    return ended.length;
  }

  capacity(): number {
    return this.#stopping ? 0 : this.#places.capacity();
  }

  restartCapacity(): number {
    return this.#stopping ? 0 : this.#places.restartCapacity();
  }

  /** The body of every workflow; DBOS calls it for new and for recovered ones. */
  async run(start: RecordedStart): Promise<string> {
    const workflow_id = DBOS.workflowID!;
    const workflow = this.#options.workflows[start.workflow];
    if (!workflow) throw new Error(`there is no workflow ${start.workflow}`);
    const isNew = this.#beginning.has(workflow_id);
    const place = isNew ? this.#places.begin() : await this.#places.recover();
    const run = this.#runOf(workflow_id, workflow, start, place);
    if (start.trace) this.#traces.set(workflow_id, start.trace);
    try {
      let input = start.input;
      for (;;) {
        try {
          return await workflow.run(run, input);
        } catch (error) {
          // Within one durable run: its records grow by a few rows each time, which the end removes.
          if (!(error instanceof ContinueAsNew)) throw error;
          input = error.input;
        }
      }
    } finally {
      this.#progress.delete(workflow_id);
      this.#traces.delete(workflow_id);
      place.leave();
    }
  }

  #runOf(workflow_id: string, { steps }: Workflow, start: RecordedStart, place: Place): WorkflowRun {
    const trace = () => this.#traces.get(workflow_id);
    const may_repeat = start.is_restarted;
    return {
      step: (name, input) =>
        this.#runner.run({ workflow_id, name, policy: steps[name], may_repeat, trace }, input),
      receive: (topic, timeout_ms) => this.#receive(workflow_id, place, topic, timeout_ms),
      sleep: (duration_ms) => this.#wait(place, () => DBOS.sleep(duration_ms)),
      now: () => DBOS.now(),
      patched: (patch) => start.patches.includes(patch),
      outages: this.#options.outages,
      progress: (progress) => this.#tell(workflow_id, start, progress),
      continueAsNew: async (input) => {
        throw new ContinueAsNew(input);
      },
    };
  }

  #receive(workflow_id: string, place: Place, topic: string, timeout_ms: number): Promise<boolean> {
    const options = { timeoutSeconds: timeout_ms / 1000, pollingIntervalMs: MESSAGE_POLL_MS };
    return this.#wait(place, async () => {
      const message = await DBOS.recv<Trace | string>(topic, options);
      this.#follow(workflow_id, toTrace(message));
      return message !== null;
    });
  }

  /** From now on the workflow, if it is at work here, is so for this request. */
  #follow(workflow_id: string, trace: Trace | undefined): void {
    if (trace && this.#traces.has(workflow_id)) this.#traces.set(workflow_id, trace);
  }

  #tell(workflow_id: string, { workflow, input: { order_id } }: RecordedStart, progress: Progress): void {
    this.#progress.set(workflow_id, progress);
    const trace = this.#traces.get(workflow_id);
    const ids = { ...(trace && traceFields(trace)), order_id, workflow_id, workflow };
    this.#options.logger.info({ ...ids, ...progress }, 'progress');
  }

  /** Leaves its place to others while it waits. */
  async #wait<Result>(place: Place, wait: () => Promise<Result>): Promise<Result> {
    if (this.#stopping) return park();
    place.leave();
    try {
      return await wait();
    } catch (error) {
      // A wait that the stop cut short is no failure of the workflow.
      if (this.#stopping) return park();
      throw error;
    } finally {
      await place.resume();
    }
  }
}

/** The database tells of messages at once; asking it is for a notification that was lost. */
const MESSAGE_POLL_MS = 60_000;

/** What DBOS keeps of a start. */
interface RecordedStart {
  workflow: string;
  input: StepInput;
  /** Whether it ran before under its id, and its records are gone. */
  is_restarted: boolean;
  patches: string[];
  trace?: Trace;
}

const LOCK_WAIT_MS = 10_000;

const states: Record<string, WorkflowState> = {
  PENDING: 'running',
  ENQUEUED: 'running',
  DELAYED: 'running',
  SUCCESS: 'ended',
};

// A run of a day in which a provider makes the process fail each minute must not give an order up.
const RECOVERIES_MAX = 100_000;

/** DBOS keeps workflows in a registry of the whole process, so the engine at work is one of the process too. */
let running: EmbeddedEngine | undefined;

const carry = DBOS.registerWorkflow(
  (start: RecordedStart): Promise<string> => {
    if (!running) throw new Error('the engine does not run');
    return running.run(start);
  },
  { name: 'workflow', maxRecoveryAttempts: RECOVERIES_MAX },
);
