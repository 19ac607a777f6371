import type { StepInput, WorkflowRun } from '../engine/engine.ts';
import { StepError } from '../errors.ts';

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

/** Wakes an order that waits for attention: someone mended the cause, or asked for it to be cancelled. */
export const WAKE = 'wake';

/** How long an order waits for a person before it tries by itself once more. */
const ATTENTION_RECHECK_MS = 15 * 60 * 1000;

/** Carries an order to `completed` or `cancelled`. */
export async function orderWorkflow(run: WorkflowRun, { order_id }: StepInput): Promise<string> {
  const compensations: (string | null)[] = [];
  try {
    for (const { step, compensation } of table) {
      compensations.unshift(compensation);
      await settle(run, step, { order_id }, (error) => error.kind === 'unknown');
    }
    return 'completed';
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    // Unavailable says that the step has not acted, so of it there is nothing to take back.
    if (error.kind === 'unavailable') compensations.shift();
    const must = () => true;
    await settle(run, 'begin_unwinding', { order_id, code: error.code, detail: error.detail }, must);
    for (const compensation of compensations) {
      if (compensation) await settle(run, compensation, { order_id }, must);
    }
    await settle(run, 'cancel_order', { order_id }, must);
    return 'cancelled';
  }
}

/**
 * Runs a step until it has an outcome. An error that must not end the step asks for attention, and the
 * step runs again when it is woken or after a while. Once it may have acted, that it is unavailable now
 * says nothing of then.
 */
async function settle(
  run: WorkflowRun,
  step: string,
  input: StepInput,
  needsAttention: (error: StepError) => boolean,
): Promise<void> {
  let mayHaveActed = false;
  for (;;) {
    try {
      return await run.step(step, input);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      mayHaveActed ||= error.kind === 'unknown';
      const isOpen = mayHaveActed && error.kind === 'unavailable';
      if (!isOpen && !needsAttention(error)) throw error;
      const { order_id } = input;
      await run.step('ask_for_attention', { order_id, step, code: error.code, detail: error.detail });
      await run.receive(WAKE, ATTENTION_RECHECK_MS);
    }
  }
}
