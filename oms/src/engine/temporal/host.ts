import {
  ActivityFailure,
  ApplicationFailure,
  ContinueAsNew,
  condition,
  continueAsNew,
  defineQuery,
  isCancellation,
  log,
  patched,
  setDefaultSignalHandler,
  setHandler,
  setWorkflowOptions,
  sleep,
  TemporalFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Progress, StepInput, Workflow, WorkflowRun } from '../engine.ts';
import { DEFAULT_OUTAGES, type OutagePolicy, retryPolicies } from '../policies.ts';
import { doubted, type Failure, runWithRetries } from '../retry.ts';
import { type AttemptStep, scheduleAttempts } from './attempts.ts';
import { attributeKey } from './search_attributes.ts';
import { type HostedStart, PROCESSING, PROGRESS_QUERY } from './start.ts';

/**
 * A workflow of the port as one of Temporal's. Runs inside its sandbox; whatever it does is replayed.
 *
 * @param versions where workers have versions, a run stays with the one that it began with, which must then be kept
 * until it ends; with `AUTO_UPGRADE` it goes over to each promoted one
 */
export function host(workflow: Workflow, versions?: 'AUTO_UPGRADE'): (start: HostedStart) => Promise<string> {
  const hosted = async (start: HostedStart) => {
    const run = new HostedRun(workflow, start);
    try {
      return await workflow.run(run, start.input);
    } catch (error) {
      if (error instanceof TemporalFailure || error instanceof ContinueAsNew) throw error;
      // Temporal would run the task again for ever; the order is to ask for attention instead.
      const { name, message } = error as Error;
      throw ApplicationFailure.nonRetryable(`${name}: ${message}`, 'Defect');
    }
  };
  // Temporal takes no word of versions from a worker that has none.
  const isVersioned = () => Boolean(workflowInfo().currentDeploymentVersion?.deploymentName);
  if (versions) setWorkflowOptions(() => (isVersioned() ? { versioningBehavior: versions } : {}), hosted);
  return hosted;
}

const progressQuery = defineQuery<Progress | undefined>(PROGRESS_QUERY);

class HostedRun implements WorkflowRun {
  readonly #workflow: Workflow;
  readonly #start: HostedStart;
  readonly #attempt: AttemptStep;
  readonly #messages: Map<string, number>;
  readonly #patches: Record<string, boolean>;
  #messagesSeen = 0;
  #progress: Progress | undefined;

  constructor(workflow: Workflow, start: HostedStart) {
    this.#workflow = workflow;
    this.#start = start;
    this.#attempt = scheduleAttempts(start.timing);
    this.#messages = new Map(Object.entries(start.messages));
    this.#patches = { ...start.patches };
    setDefaultSignalHandler((topic) => {
      this.#messages.set(topic, (this.#messages.get(topic) ?? 0) + 1);
      this.#messagesSeen++;
    });
    setHandler(progressQuery, () => this.#progress);
  }

  async step(name: string, input: StepInput): Promise<void> {
    const policy = this.#workflow.steps[name];
    if (!policy) throw new Error(`the workflow has no step ${name}`);
    let seen = 0;
    await runWithRetries(
      retryPolicies(this.#start.timing.retry_first_delay_ms)[policy],
      async (number) => {
        seen = this.#messagesSeen;
        try {
          await this.#attempt(policy, name, input, number);
          return undefined;
        } catch (error) {
          return this.#toFailure(error);
        }
      },
      // A wait between two tries ends with a message, or is left out when one came since: the cause may be mended.
      async (delay_ms) => void (await condition(() => this.#messagesSeen > seen, delay_ms)),
    );
  }

  async receive(topic: string, timeout_ms: number): Promise<boolean> {
    const isThere = () => (this.#messages.get(topic) ?? 0) > 0;
    if (!(await condition(isThere, timeout_ms))) {
      // A history has an end; a workflow that is woken for nothing for weeks would come to it.
      if (workflowInfo().continueAsNewSuggested) await this.#beginAnew(this.#start.input, true);
      return false;
    }
    this.#messages.set(topic, this.#messages.get(topic)! - 1);
    return true;
  }

  async sleep(duration_ms: number): Promise<void> {
    await sleep(duration_ms);
  }

  async now(): Promise<number> {
    return Date.now();
  }

  patched(patch: string): boolean {
    this.#patches[patch] ??= patched(patch);
    return this.#patches[patch];
  }

  get outages(): OutagePolicy {
    return this.#start.timing.outages ?? DEFAULT_OUTAGES;
  }

  progress(progress: Progress): void {
    if (this.#start.is_searchable) this.#makeFound(progress);
    this.#progress = progress;
    log.info('progress', { order_id: this.#start.input.order_id, ...progress });
  }

  #makeFound(progress: Progress): void {
    const { status = PROCESSING, attention = false } = this.#progress ?? {};
    if (progress.status !== status) {
      upsertSearchAttributes([{ key: attributeKey('OrderStatus'), value: progress.status }]);
    }
    if (progress.attention !== attention) {
      const value = progress.attention ? progress.at : null;
      upsertSearchAttributes([{ key: attributeKey('OrderAttention'), value }]);
    }
  }

  continueAsNew(input: StepInput): Promise<never> {
    return this.#beginAnew(input, false);
  }

  #beginAnew(input: StepInput, is_restarted: boolean): Promise<never> {
    return continueAsNew<(start: HostedStart) => Promise<string>>({
      ...this.#start,
      input,
      is_restarted: is_restarted || this.#start.is_restarted,
      patches: this.#patches,
      messages: Object.fromEntries(this.#messages),
    });
  }

  #toFailure(error: unknown): Failure {
    if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
    // Of a local activity the failure itself is thrown.
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const [failure] = (cause instanceof ApplicationFailure ? (cause.details as [Failure?]) : undefined) ?? [];
    if (!failure) return LOST;
    // What an earlier run did is not in this history.
    return this.#start.is_restarted ? doubted(failure) : failure;
  }
}

const LOST: Failure = {
  kind: 'unknown',
  code: 'step_failed',
  detail: 'The step was lost with its worker, or took too long.',
};
