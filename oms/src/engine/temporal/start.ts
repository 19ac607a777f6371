import type { StepInput } from '../engine.ts';
import type { OutagePolicy } from '../policies.ts';

/** What a workflow on Temporal is started with: ids and settings, never personal data. */
export interface HostedStart {
  input: StepInput;
  timing: Timing;
  /** Whether it ran before under its id, and its history is gone. */
  is_restarted: boolean;
  /** Whether the server knows our search attributes; a value for one that it does not know would stop the workflow. */
  is_searchable: boolean;
  /** Which patches the runs before this one took; a run that begins anew keeps to them. */
  patches: Record<string, boolean>;
  /** Messages that came to the run before this one and were not received yet: how many, by topic. */
  messages: Record<string, number>;
}

/** Fixed at the start, because a workflow that is replayed must not see another configuration. */
export interface Timing {
  retry_first_delay_ms: number;
  /** After so long without a sign of life a step is taken to be lost with its worker. */
  heartbeat_timeout_ms: number;
  /** Left out by starts from before it could be configured. */
  outages?: OutagePolicy;
}

/** Where the order workflows wait for workers. */
export const TASK_QUEUE = 'order-processing';

/** The query that tells how far a workflow has come. */
export const PROGRESS_QUERY = 'progress';

/** The status that each workflow begins with; another is told by its progress. */
export const PROCESSING = 'processing';
