import type { StepInput, Workflow, WorkflowRun } from '../engine/engine.ts';
import { StepError } from '../errors.ts';
import type { WayName } from './order.ts';

/**
 * The way of an order. A step's compensation is registered before the step runs, because a step that
 * failed may have acted all the same; a compensation succeeds when there is nothing to take back.
 */
export const table = [
  { step: 'validate_order', compensation: null },
  { step: 'reserve_inventory', compensation: 'release_inventory' },
  { step: 'authorise_payment', compensation: 'void_payment' },
  { step: 'arrange_shipping', compensation: 'cancel_shipping' },
  { step: 'capture_payment', compensation: 'refund_payment' },
  { step: 'complete_order', compensation: null },
] as const;

/** Orders that began before this change hold the money first, and set the stock aside after it. */
export const INVENTORY_FIRST = 'inventory-before-payment';

const [validate, reserve, authorise, ...rest] = table;
export const tableOfOld = [validate, authorise, reserve, ...rest] as const;

/** What each step depends on, which decides how it is tried again. */
const steps = {
  validate_order: 'database',
  reserve_inventory: 'database',
  release_inventory: 'database',
  authorise_payment: 'provider',
  void_payment: 'provider',
  arrange_shipping: 'provider',
  cancel_shipping: 'provider',
  capture_payment: 'provider',
  refund_payment: 'provider',
  complete_order: 'database',
  begin_unwinding: 'database',
  cancel_order: 'database',
  ask_for_attention: 'attention',
} as const satisfies Workflow['steps'];

type StepName = keyof typeof steps;

/** Wakes an order that waits for attention: someone mended the cause, or asked for it to be cancelled. */
export const WAKE = 'wake';

/** How long an order waits for a person before it tries by itself once more. */
const ATTENTION_RECHECK_MS = 15 * 60 * 1000;

/** Carries an order to `completed` or `cancelled`. */
export const orderWorkflow: Workflow = {
  steps,
  patches: [INVENTORY_FIRST],
  async run(run, { order_id, way = newWay(run) }) {
    const input = { order_id, way };
    const compensations: (StepName | null)[] = [];
    try {
      for (const { step, compensation } of way === 'payment_first' ? tableOfOld : table) {
        compensations.unshift(compensation);
        await settle(run, step, input, (error) => error.kind === 'unknown');
      }
      run.progress({ at: 'completed', status: 'completed', attention: false });
      return 'completed';
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      // Unavailable says that the step has not acted, so of it there is nothing to take back.
      if (error.kind === 'unavailable') compensations.shift();
      const must = () => true;
      await settle(run, 'begin_unwinding', { ...input, code: error.code, detail: error.detail }, must);
      for (const compensation of compensations) {
        if (compensation) await settle(run, compensation, input, must);
      }
      await settle(run, 'cancel_order', input, must);
      run.progress({ at: 'cancelled', status: 'cancelled', attention: false });
      return 'cancelled';
    }
  },
};

/** A workflow that is started anew is told the way that its order has begun. */
function newWay(run: WorkflowRun): WayName {
  return run.patched(INVENTORY_FIRST) ? 'inventory_first' : 'payment_first';
}

/**
 * Runs a step until it has an outcome. An error that must not end the step asks for attention, and the
 * step runs again when it is woken or after a while. Once it may have acted, that it is unavailable now
 * says nothing of then.
 */
async function settle(
  run: WorkflowRun,
  step: StepName,
  input: StepInput,
  needsAttention: (error: StepError) => boolean,
): Promise<void> {
  const status = 'processing';
  let mayHaveActed = false;
  for (;;) {
    run.progress({ at: step, status, attention: false });
    try {
      return await run.step(step, input);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      mayHaveActed ||= error.kind === 'unknown';
      const isOpen = mayHaveActed && error.kind === 'unavailable';
      if (!isOpen && !needsAttention(error)) throw error;
      const { order_id } = input;
      run.progress({ at: step, status, attention: true });
      await run.step('ask_for_attention', { order_id, step, code: error.code, detail: error.detail });
      await run.receive(WAKE, ATTENTION_RECHECK_MS);
    }
  }
}
