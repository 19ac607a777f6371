import type { StepInput, Workflow, WorkflowRun } from '../engine/engine.ts';
import { outageWait } from '../engine/policies.ts';
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

/** Orders that began before this change are cancelled, or look again each 15 minutes, after one series of attempts. */
export const WAIT_FOR_PROVIDERS = 'wait-for-providers';

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
  wait_for_provider: 'database',
  ask_for_attention: 'attention',
} as const satisfies Workflow['steps'];

type StepName = keyof typeof steps;

/** Wakes an order that waits for attention: someone mended the cause, or asked for it to be cancelled. */
export const WAKE = 'wake';

/** What an order that waits for a provider is within the engine: it takes no place that an order at work could have. */
const WAITING = 'waiting';

/** How long an order from before `WAIT_FOR_PROVIDERS` waits for a person before it tries by itself once more. */
const ATTENTION_RECHECK_MS = 15 * 60 * 1000;

/** Whom each step asks to act. */
const PROVIDER_OF: Partial<Record<StepName, 'payment_provider' | 'carrier'>> = {
  authorise_payment: 'payment_provider',
  void_payment: 'payment_provider',
  capture_payment: 'payment_provider',
  refund_payment: 'payment_provider',
  arrange_shipping: 'carrier',
  cancel_shipping: 'carrier',
};

/** At these steps the customer's money is held: giving up would cost it time, so a person decides. */
const MONEY_IS_HELD_AT: readonly StepName[] = ['arrange_shipping', 'capture_payment'];

/** Carries an order to `completed` or `cancelled`. */
export const orderWorkflow: Workflow = {
  steps,
  patches: [INVENTORY_FIRST, WAIT_FOR_PROVIDERS],
  async run(run, { order_id, way = newWay(run) }) {
    const input = { order_id, way };
    const compensations: (StepName | null)[] = [];
    try {
      for (const { step, compensation } of way === 'payment_first' ? tableOfOld : table) {
        compensations.unshift(compensation);
        await settle(run, step, input, false);
      }
      run.progress({ at: 'completed', status: 'completed', attention: false });
      return 'completed';
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      // Unavailable says that the step has not acted, so of it there is nothing to take back.
      if (error.kind === 'unavailable') compensations.shift();
      await settle(run, 'begin_unwinding', { ...input, code: error.code, detail: error.detail }, true);
      for (const compensation of compensations) {
        if (compensation) await settle(run, compensation, input, true);
      }
      await settle(run, 'cancel_order', input, true);
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
 * Runs a step until it has an outcome.
 *
 * Waits out an outage of a provider until the deadline, also when an earlier process may have acted: the provider will
 * say. After the deadline, or when the outcome is unknown or the step must not fail, a person is required. In either
 * case the step runs again after a while, or when the order is woken: by a person, or because the provider is available
 * again. After an attempt of unknown outcome, a later `unavailable` does not prove that nothing happened.
 * @param must whether no error may end the step
 */
async function settle(run: WorkflowRun, step: StepName, input: StepInput, must: boolean): Promise<void> {
  const status = 'processing';
  const provider = PROVIDER_OF[step];
  let may_have_acted = false;
  let outage_began: number | undefined;
  for (let waits = 1; ; waits++) {
    run.progress({ at: step, status, attention: false });
    try {
      return await run.step(step, input);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      if (error.kind === 'declined' && !must) throw error;
      may_have_acted ||= error.kind === 'unknown';
      const is_patient = run.patched(WAIT_FOR_PROVIDERS);
      const wait_ms = is_patient
        ? outageWait(run.outages, waits, input.order_id, error.retry_after_ms)
        : ATTENTION_RECHECK_MS;
      const waiting = is_patient && provider && { order_id: input.order_id, provider };
      const is_waited_for = waiting && error.is_outage && run.outages.deadline_ms > 0;
      if (is_waited_for) {
        const now = await run.now();
        outage_began ??= now;
        if (now - outage_began < run.outages.deadline_ms) {
          run.progress({ at: `${step}: waiting for the ${provider}`, status: WAITING, attention: false });
          await run.step('wait_for_provider', waiting);
          await run.receive(WAKE, wait_ms);
          continue;
        }
      }
      const must_go_on = must || may_have_acted || (is_waited_for && MONEY_IS_HELD_AT.includes(step));
      if (!must_go_on) throw error;
      const { code, detail, kind } = error;
      run.progress({ at: step, status, attention: true });
      await run.step('ask_for_attention', {
        ...(waiting || { order_id: input.order_id }),
        step,
        code,
        detail,
        kind,
      });
      await run.receive(WAKE, wait_ms);
    }
  }
}
