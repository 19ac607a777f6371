import { DBOS } from '@dbos-inc/dbos-sdk';
import { inScope } from '@oms/kit/trace/scope.ts';
import type { Trace } from '@oms/kit/trace/trace.ts';
import type { Logger } from 'pino';
import { StepError } from '../../errors.ts';
import type { StepInput, Steps } from '../engine.ts';
import { toFailure } from '../failure.ts';
import type { PolicyName, RetryPolicies } from '../policies.ts';
import { doubted, type Failure, failureOf, runWithRetries, toError } from '../retry.ts';
import { Sleepers } from './sleepers.ts';

interface StepRunnerOptions {
  steps: Steps;
  policies: RetryPolicies;
  logger: Logger;
}

interface StepRun {
  workflow_id: string;
  name: string;
  policy: PolicyName | undefined;
  /** Whether the workflow ran before under its id, and the records of it are gone. */
  may_repeat: boolean;
  /** The request that it is at work for now. */
  trace(): Trace | undefined;
}

/**
 * Runs the steps of workflows, all tries of one as one record of DBOS.
 *
 * A failed step is recorded as a value rather than an error, so that a replayed workflow sees the same
 * `StepError` as the first run did.
 */
export class StepRunner {
  readonly #options: StepRunnerOptions;
  readonly #sleepers = new Sleepers();
  readonly #inFlight = new Set<Promise<unknown>>();
  /** Whether a message came since the last try began, of the workflows whose steps are at work. */
  readonly #woken = new Map<string, boolean>();
  #stopping = false;

  constructor(options: StepRunnerOptions) {
    this.#options = options;
  }

  async run(run: StepRun, input: StepInput): Promise<void> {
    if (this.#stopping) return park();
    const parked = Promise.withResolvers<void>();
    const attempt = DBOS.runStep(() => this.#attempt(run, input, parked.resolve), {
      name: run.name,
      retriesAllowed: false,
    });
    const inFlight = Promise.race([parked.promise, Promise.allSettled([attempt])]);
    this.#inFlight.add(inFlight);
    try {
      const failure = await attempt;
      if (failure) throw toError(failure);
    } finally {
      this.#inFlight.delete(inFlight);
    }
  }

  /** Ends the wait of a workflow's step between two tries, or leaves it out when it has not begun. */
  wake(workflow_id: string): void {
    if (this.#woken.has(workflow_id)) this.#woken.set(workflow_id, true);
    this.#sleepers.wake(workflow_id);
  }

  /** Begins no more, and waits so long for what is at work. */
  async stop(timeout_ms: number): Promise<void> {
    this.#stopping = true;
    this.#sleepers.wakeAll();
    await Promise.race([Promise.all(this.#inFlight), delay(timeout_ms)]);
  }

  async #attempt(run: StepRun, input: StepInput, onParked: () => void): Promise<Failure | null> {
    const { workflow_id, name, policy } = run;
    if (!policy) throw new Error(`the workflow has no step ${name}`);
    try {
      await runWithRetries(
        this.#options.policies[policy],
        (number) => {
          this.#woken.set(workflow_id, false);
          return this.#try(run, input, number);
        },
        async (delay_ms) => {
          if (!this.#stopping && !this.#woken.get(workflow_id))
            await this.#sleepers.sleep(workflow_id, delay_ms);
          if (!this.#stopping) return;
          onParked();
          await park();
        },
      );
      return null;
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      const failure = failureOf(error);
      if (failure.kind !== 'unavailable') return failure;
      return run.may_repeat || (await wasRecovered(workflow_id)) ? doubted(failure) : failure;
    } finally {
      this.#woken.delete(workflow_id);
    }
  }

  async #try(run: StepRun, input: StepInput, number: number): Promise<Failure | undefined> {
    const { workflow_id, name } = run;
    const { steps, logger } = this.#options;
    const step = steps[name];
    if (!step) throw new Error(`there is no step ${name}`);
    const fields = { order_id: input.order_id, workflow_id, step: name, attempt: number };
    return inScope({ trace: run.trace(), fields }, async () => {
      try {
        await step(input, { number, report: (position) => logger.debug({ position }, 'step reported') });
        return undefined;
      } catch (error) {
        const failure = toFailure(error);
        if (failure.kind !== 'declined') logger.warn({ err: error }, 'step failed');
        return failure;
      }
    });
  }
}

/** Leaves a workflow as it is: never settles, so nothing more is recorded, and the next launch goes on with it. */
export function park(): Promise<never> {
  return new Promise(() => {});
}

/** DBOS counts 1 when a workflow starts, and one more each time that a process takes it up again. */
async function wasRecovered(workflow_id: string): Promise<boolean> {
  const status = await DBOS.getWorkflowStatus(workflow_id);
  return (status?.recoveryAttempts ?? 0) > 1;
}

function delay(delay_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay_ms).unref());
}
