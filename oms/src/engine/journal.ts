import type { Trace } from '@oms/kit/trace/trace.ts';
import type { StepInput } from './engine.ts';
import type { Failure } from './retry.ts';

/** What an engine keeps of a workflow. */
export interface WorkflowRecord {
  start: RecordedStart;
  state: 'running' | 'ended' | 'failed';
  /** How often a later engine took it up. */
  recoveries: number;
  recorded: readonly Recorded[];
  /** Topics of messages that were sent and not received yet. */
  messages: readonly string[];
  ended_at: number | null;
  /** The request that it is at work for. */
  trace: Trace | undefined;
}

export interface RecordedStart {
  workflow: string;
  input: StepInput;
  /** Whether it ran before under its id, and its records are gone. */
  is_restarted: boolean;
  patches: readonly string[];
}

export interface Recorded {
  name: string;
  /** Of a step how it failed; of a message whether it came; else a time. */
  result: Failure | boolean | number | undefined;
}

export function recordOf(start: RecordedStart, trace: Trace | undefined): WorkflowRecord {
  return { start, state: 'running', recoveries: 0, recorded: [], messages: [], ended_at: null, trace };
}

/** The records of a simulated engine: they outlive it, and what is not on disk yet can be lost. */
export class Journal {
  readonly workflows = new Map<string, WorkflowRecord>();
  /** Errors that ended workflows, which only defects do. */
  readonly defects: { workflow_id: string; error: unknown }[] = [];
  /** How to take back what is not on disk yet, oldest first. */
  #unflushed: (() => void)[] = [];

  /** @returns the workflow's record, which may have been there before */
  add(workflow_id: string, record: WorkflowRecord): WorkflowRecord {
    const known = this.workflows.get(workflow_id);
    if (known) return known;
    this.workflows.set(workflow_id, record);
    this.#unflushed.push(() => this.workflows.delete(workflow_id));
    return record;
  }

  remove(workflow_id: string): void {
    const record = this.workflows.get(workflow_id);
    if (!record) return;
    this.workflows.delete(workflow_id);
    this.#unflushed.push(() => this.workflows.set(workflow_id, record));
  }

  record(record: WorkflowRecord, entry: Recorded): void {
    this.change(record, { recorded: [...record.recorded, entry] });
  }

  change(record: WorkflowRecord, changes: Partial<WorkflowRecord>): void {
    const before = { ...record };
    Object.assign(record, changes);
    this.#unflushed.push(() => Object.assign(record, before));
  }

  /** All that was written is on disk, as whenever the service's own tables commit after it. */
  flush(): void {
    this.#unflushed = [];
  }

  /** The machine stopped: what is not on disk is lost. */
  lose(): void {
    for (const takeBack of this.#unflushed.reverse()) takeBack();
    this.#unflushed = [];
  }
}
