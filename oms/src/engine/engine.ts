import type { Trace } from '@oms/kit/trace/trace.ts';
import type { OutagePolicy, PolicyName } from './policies.ts';

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
  sleep(duration_ms: number): Promise<void>;
  /** The time in ms since 1970; the same each time that the workflow is run again. */
  now(): Promise<number>;
  /**
   * Whether this run takes a change of the workflow's code. One that began before the change does not, and a
   * new one does unless the change is held back.
   */
  patched(patch: string): boolean;
  /** How outages of providers are waited for; the same each time that the workflow is run again. */
  readonly outages: OutagePolicy;
  /** Tells the outside how far it has come. */
  progress(progress: Progress): void;
  /** Ends this run and begins the workflow anew under the same id; what its messages were is kept. */
  continueAsNew(input: StepInput): Promise<never>;
}

export interface Progress {
  /** A step at work, or what is awaited. */
  at: string;
  /** What the order is to the outside. */
  status: string;
  /** Whether a person must look. */
  attention: boolean;
}

/** Only ids travel to steps, never personal data; what a step needs it reads by them. */
export type StepInput = { order_id: string } & Record<string, string>;

export interface Workflow {
  /** Its steps, each with the policy that it is tried again under. */
  steps: Readonly<Record<string, PolicyName>>;
  /** The changes of its code that `patched` is asked about, oldest first. */
  patches: readonly string[];
  /** Carries it to its end, whose name is returned. */
  run(run: WorkflowRun, input: StepInput): Promise<string>;
}

export type Workflows = Readonly<Record<string, Workflow>>;

export interface StepAttempt {
  /** Counts from 1. After a restart of the process it may start anew. */
  number: number;
  /** Tells how far the step has come. */
  report(position: string): void;
}

/** What a step does; it may run more than once for one order, and must then have one effect. */
export type Step = (input: StepInput, attempt: StepAttempt) => Promise<void>;

export type Steps = Record<string, Step>;

export interface WorkflowStart {
  /** The name of the workflow. */
  workflow: string;
  input: StepInput;
  /** By which it can be found where the engine has a search. */
  customer_id?: string | null;
  /** The request that it is started for; its steps are at work within it. */
  trace?: Trace | undefined;
}

export interface Engine {
  /** Begins work, and goes on with workflows that an earlier process left behind. */
  launch(): Promise<void>;
  /** Stops; what is still in flight after the time is parked and goes on at the next launch. */
  stop(timeout_ms: number): Promise<void>;
  /** Starts the workflow under this id; once only, however often it is called. */
  start(workflow_id: string, start: WorkflowStart): Promise<void>;
  /** Starts anew a workflow that has failed or is missing; its steps pass over what is done. */
  restart(workflow_id: string, start: WorkflowStart): Promise<void>;
  /**
   * Delivers a message at least once. From then on the workflow is at work for the request that sent it.
   * @throws WorkflowNotFound
   */
  send(workflow_id: string, topic: string, trace?: Trace): Promise<void>;
  describe(workflow_id: string): Promise<WorkflowDescription>;
  /** Forgets workflows that ended longer ago than this, at most so many. @returns how many */
  forget(ended_before_ms: number, limit: number): Promise<number>;
  /** How many more workflows may be started now. */
  capacity(): number;
  /** How many more may be started anew now. They have places of their own, so they keep none from starting. */
  restartCapacity(): number;
}

export interface WorkflowDescription {
  state: WorkflowState;
  /** What it told last, while it is under way and as far as it is known here. */
  progress?: Progress | undefined;
}

/** `failed`: ended by an error that is no StepError, which only a defect causes. */
export type WorkflowState = 'missing' | 'running' | 'ended' | 'failed';

export class WorkflowNotFound extends Error {
  constructor(workflow_id: string) {
    super(`no workflow ${workflow_id}`);
    this.name = 'WorkflowNotFound';
  }
}
