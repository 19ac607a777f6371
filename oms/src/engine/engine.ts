/**
 * The engine's port: all that a workflow may use, and all that the service knows of its engine.
 *
 * A workflow is a pure function over `WorkflowRun`. Each step runs at least once and is recorded; after
 * a crash the workflow is run again from its start, recorded steps giving their recorded results.
 */
export interface WorkflowRun {
  /**
   * Runs a step under its retry policy.
   * @throws StepError `declined` at once, or the last error when the policy's attempts are used up
   */
  step(name: string, input: StepInput): Promise<void>;
  /** Waits for a message, which may have come before; false when the time-out was first. */
  receive(topic: string, timeout_ms: number): Promise<boolean>;
}

/** Only ids travel to steps, never personal data; what a step needs it reads by them. */
export type StepInput = { order_id: string } & Record<string, string>;

export type Workflow = (run: WorkflowRun, input: StepInput) => Promise<string>;

export interface StepAttempt {
  /** Counts from 1. After a restart of the process it starts anew. */
  number: number;
}

export interface Step {
  policy: RetryPolicy;
  run(input: StepInput, attempt: StepAttempt): Promise<void>;
}

export type Steps = Record<string, Step>;

/** When a step is tried again. Delays grow by the factor from the first to the most. */
export interface RetryPolicy {
  first_delay_ms: number;
  factor: number;
  delay_max_ms: number;
  /** Tries in all; Infinity for what must be done some day. */
  attempts_max: number;
}

export function retryDelay(policy: RetryPolicy, attempt: number): number {
  return Math.min(policy.first_delay_ms * policy.factor ** (attempt - 1), policy.delay_max_ms);
}

export interface Engine {
  /** Begins work, and goes on with workflows that an earlier process left behind. */
  launch(): Promise<void>;
  /** Stops; what is still in flight after the time is parked and goes on at the next launch. */
  stop(timeout_ms: number): Promise<void>;
  /** Starts the workflow under this id; once only, however often it is called. */
  start(workflow_id: string, input: StepInput): Promise<void>;
  /** Starts anew a workflow that has failed; its steps pass over what is done. */
  restart(workflow_id: string, input: StepInput): Promise<void>;
  /** Delivers a message at least once. @throws WorkflowNotFound */
  send(workflow_id: string, topic: string): Promise<void>;
  describe(workflow_id: string): Promise<WorkflowState>;
  /** Forgets workflows that ended longer ago than this, at most so many. @returns how many */
  forget(ended_before_ms: number, limit: number): Promise<number>;
  /** How many more workflows may be started now. */
  capacity(): number;
}

/** `failed`: ended by an error that is no StepError, which only a defect causes. */
export type WorkflowState = 'missing' | 'running' | 'ended' | 'failed';

export class WorkflowNotFound extends Error {
  constructor(workflow_id: string) {
    super(`no workflow ${workflow_id}`);
    this.name = 'WorkflowNotFound';
  }
}
