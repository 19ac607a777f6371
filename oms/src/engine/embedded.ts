import { DBOS, Error as DbosError } from '@dbos-inc/dbos-sdk';
import type pg from 'pg';
import type { Logger } from 'pino';
import { StepError, type StepErrorKind } from '../errors.ts';
import { toDbosLogger } from './dbos_logger.ts';
import {
  type Engine,
  type StepInput,
  type Steps,
  type Workflow,
  WorkflowNotFound,
  type WorkflowState,
} from './engine.ts';
import { ProcessLock } from './process_lock.ts';
import { runWithRetries } from './retry.ts';
import { Sleepers } from './sleepers.ts';

export interface EmbeddedEngineOptions {
  /** For the engine's own tables. Its commits need not be on disk at once: what is lost is run again. */
  pool: pg.Pool;
  workflow: Workflow;
  steps: Steps;
  /** Most workflows at work at once; those that wait for a message do not count. */
  workflows_max: number;
  /** Called when workflows have ended or begun to wait, and at least a quarter of `workflows_max` may be started. */
  onCapacity?: () => void;
  /** How long `launch` waits for another process that is just ending. Default 10 s. */
  lock_wait_ms?: number;
  logger: Logger;
}

/**
 * The engine that needs only PostgreSQL: DBOS Transact. One process at a time may run it on a database.
 *
 * A failed step is recorded as a value rather than an error, so that a replayed workflow sees the same
 * `StepError` as the first run did.
 */
export class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedEngineOptions;
  readonly #lock: ProcessLock;
  readonly #sleepers = new Sleepers();
  readonly #inFlight = new Set<Promise<unknown>>();
  #active = 0;
  #stopping = false;

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.#lock = new ProcessLock(options.pool, options.logger);
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
      await DBOS.launch();
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  async stop(timeout_ms: number): Promise<void> {
    this.#stopping = true;
    this.#sleepers.wakeAll();
    await Promise.race([Promise.all(this.#inFlight), delay(timeout_ms)]);
    await DBOS.shutdown();
    if (running === this) running = undefined;
    this.#lock.release();
  }

  async start(workflow_id: string, input: StepInput): Promise<void> {
    await DBOS.startWorkflow(carry, { workflowID: workflow_id })(input);
  }

  async restart(workflow_id: string, input: StepInput): Promise<void> {
    await DBOS.deleteWorkflows([workflow_id]);
    await DBOS.startWorkflow(carry, { workflowID: workflow_id })(input, true);
  }

  async send(workflow_id: string, topic: string): Promise<void> {
    try {
      await DBOS.send(workflow_id, topic, topic);
    } catch (error) {
      if (error instanceof DbosError.DBOSNonExistentWorkflowError) throw new WorkflowNotFound(workflow_id);
      throw error;
    }
    this.#sleepers.wake(workflow_id);
  }

  async describe(workflow_id: string): Promise<WorkflowState> {
    const status = await DBOS.getWorkflowStatus(workflow_id);
    return status ? (states[status.status] ?? 'failed') : 'missing';
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
    return this.#stopping ? 0 : this.#options.workflows_max - this.#active;
  }

  /**
   * The body of every workflow; DBOS calls it for new and for recovered ones.
   * @param isRestarted whether it ran before under its id, and its records are gone
   */
  async run(input: StepInput, isRestarted: boolean): Promise<string> {
    const workflow_id = DBOS.workflowID!;
    this.#active++;
    try {
      return await this.#options.workflow(
        {
          step: (name, step_input) => this.#step({ workflow_id, isRestarted }, name, step_input),
          receive: (topic, timeout_ms) => this.#receive(topic, timeout_ms),
        },
        input,
      );
    } finally {
      this.#makeRoom();
    }
  }

  #makeRoom(): void {
    this.#active--;
    if (this.capacity() >= this.#options.workflows_max * CAPACITY_SHARE) this.#options.onCapacity?.();
  }

  async #step(run: Run, name: string, input: StepInput): Promise<void> {
    if (this.#stopping) return park();
    const parked = Promise.withResolvers<void>();
    const attempt = DBOS.runStep(() => this.#attempt(run, name, input, parked.resolve), {
      name,
      retriesAllowed: false,
    });
    const inFlight = Promise.race([parked.promise, Promise.allSettled([attempt])]);
    this.#inFlight.add(inFlight);
    try {
      const failure = await attempt;
      if (failure) throw new StepError(failure.kind, failure.code, failure.detail);
    } finally {
      this.#inFlight.delete(inFlight);
    }
  }

  async #attempt(
    run: Run,
    name: string,
    input: StepInput,
    onParked: () => void,
  ): Promise<RecordedFailure | null> {
    const { workflow_id } = run;
    const step = this.#options.steps[name];
    if (!step) throw new Error(`there is no step ${name}`);
    try {
      await runWithRetries(
        step,
        input,
        async (delay_ms) => {
          if (!this.#stopping) await this.#sleepers.sleep(workflow_id, delay_ms);
          if (!this.#stopping) return;
          onParked();
          await park();
        },
        (error, attempt) =>
          this.#options.logger.warn({ workflow_id, step: name, attempt, err: error }, 'step failed'),
      );
      return null;
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      const { code, detail } = error;
      // What this process saw says nothing about a try that the end of an earlier process cut short.
      const isKnown = error.kind !== 'unavailable' || !(run.isRestarted || (await wasRecovered(workflow_id)));
      return { kind: isKnown ? error.kind : 'unknown', code, detail };
    }
  }

  async #receive(topic: string, timeout_ms: number): Promise<boolean> {
    if (this.#stopping) return park();
    this.#makeRoom();
    try {
      const options = { timeoutSeconds: timeout_ms / 1000, pollingIntervalMs: MESSAGE_POLL_MS };
      return (await DBOS.recv(topic, options)) !== null;
    } catch (error) {
      // A wait that the stop cut short is no failure of the workflow.
      if (this.#stopping) return park();
      throw error;
    } finally {
      this.#active++;
    }
  }
}

/** The database tells of messages at once; asking it is for a notification that was lost. */
const MESSAGE_POLL_MS = 60_000;

interface Run {
  workflow_id: string;
  isRestarted: boolean;
}

// Small enough that the rest keep the machine busy, large enough that starting some takes one transaction.
const CAPACITY_SHARE = 0.25;

interface RecordedFailure {
  kind: StepErrorKind;
  code: string;
  detail: string;
}

const LOCK_WAIT_MS = 10_000;

const states: Record<string, WorkflowState> = {
  PENDING: 'running',
  ENQUEUED: 'running',
  DELAYED: 'running',
  SUCCESS: 'ended',
};

/** DBOS counts 1 when a workflow starts, and one more each time that a process takes it up again. */
async function wasRecovered(workflow_id: string): Promise<boolean> {
  const status = await DBOS.getWorkflowStatus(workflow_id);
  return (status?.recoveryAttempts ?? 0) > 1;
}

// A run of a day in which a provider makes the process fail each minute must not give an order up.
const RECOVERIES_MAX = 100_000;

/** DBOS keeps workflows in a registry of the whole process, so the engine at work is one of the process too. */
let running: EmbeddedEngine | undefined;

const carry = DBOS.registerWorkflow(
  (input: StepInput, isRestarted?: boolean): Promise<string> => {
    if (!running) throw new Error('the engine does not run');
    return running.run(input, isRestarted ?? false);
  },
  { name: 'order', maxRecoveryAttempts: RECOVERIES_MAX },
);

/** Leaves a workflow as it is: never settles, so nothing more is recorded, and the next launch goes on with it. */
function park(): Promise<never> {
  return new Promise(() => {});
}

function delay(delay_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay_ms).unref());
}
