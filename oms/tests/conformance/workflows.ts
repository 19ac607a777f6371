import type { Workflow, WorkflowRun, Workflows } from '../../src/engine/engine.ts';
import { StepError } from '../../src/errors.ts';
import { orderWorkflow } from '../../src/orders/workflow.ts';

/** Workflows to try engines with. Pure, as all are; what they saw they tell by the step `note`. */

const steps = { act: 'provider', note: 'database' } as const;
const MINUTE_MS = 60_000;
export const NEW_WAY = 'new-way';

const one_step: Workflow = {
  steps,
  patches: [],
  async run(run, { order_id }) {
    await note(run, order_id, await outcomeOf(run.step('act', { order_id })));
    return 'over';
  },
};

/** Does `act`, then waits for `go on`. */
const waiting: Workflow = {
  steps,
  patches: [],
  async run(run, { order_id, timeout_ms = String(MINUTE_MS) }) {
    await note(run, order_id, await outcomeOf(run.step('act', { order_id })));
    const received = await run.receive('go on', Number(timeout_ms));
    await note(run, order_id, received ? 'received' : 'timed out');
    return 'over';
  },
};

/** Waits for `go on`, and fails by a defect. */
const defective: Workflow = {
  steps,
  patches: [],
  async run(run) {
    await run.receive('go on', MINUTE_MS);
    throw new TypeError('a defect');
  },
};

/** Waits for `go on`, then does `act`. */
const late: Workflow = {
  steps,
  patches: [],
  async run(run, { order_id }) {
    await run.receive('go on', MINUTE_MS);
    await note(run, order_id, await outcomeOf(run.step('act', { order_id })));
    return 'over';
  },
};

/** Asks for its patch, waits for `go on`, and tells which way it went. */
const patched: Workflow = {
  steps,
  patches: [NEW_WAY],
  async run(run, { order_id }) {
    const way = run.patched(NEW_WAY) ? 'new' : 'old';
    await note(run, order_id, way);
    await run.receive('go on', MINUTE_MS);
    await note(run, order_id, run.patched(NEW_WAY) ? 'new' : 'old');
    return 'over';
  },
};

/** Reads the clock, sleeps, waits for `go on`, reads it again. */
const clock: Workflow = {
  steps,
  patches: [],
  async run(run, { order_id, sleep_ms = '20' }) {
    const from = await run.now();
    await run.sleep(Number(sleep_ms));
    const to = await run.now();
    await note(run, order_id, `${from} ${to}`);
    await run.receive('go on', MINUTE_MS);
    await note(run, order_id, `${from} ${to}`);
    return 'over';
  },
};

/** Begins anew until its rounds are over; the last one receives the message that came before the first. */
const rounds: Workflow = {
  steps,
  patches: [],
  async run(run, { order_id, left = '3' }) {
    await note(run, order_id, `left ${left}`);
    if (left === '3') await run.step('act', { order_id });
    if (left !== '0') return run.continueAsNew({ order_id, left: String(Number(left) - 1) });
    await note(run, order_id, (await run.receive('go on', 50)) ? 'received' : 'timed out');
    return 'over';
  },
};

/** Tells its progress, then waits for `go on`. */
const telling: Workflow = {
  steps,
  patches: [],
  async run(run, { order_id }) {
    run.progress({ at: 'act', status: 'processing', attention: false });
    await run.step('act', { order_id });
    run.progress({ at: 'waiting', status: 'processing', attention: true });
    await run.receive('go on', MINUTE_MS);
    return 'over';
  },
};

export const testWorkflows = {
  one_step,
  waiting,
  defective,
  late,
  patched,
  clock,
  rounds,
  telling,
  order: orderWorkflow,
} satisfies Workflows;

async function outcomeOf(step: Promise<void>): Promise<string> {
  try {
    await step;
    return 'done';
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return `${error.kind} ${error.code} ${error.detail}`;
  }
}

function note(run: WorkflowRun, order_id: string, text: string): Promise<void> {
  return run.step('note', { order_id, text });
}
