import { Problem } from '@oms/kit/http/problem.ts';
import type { AttentionActionName, AttentionPlan } from '../generated/contract/types.gen.ts';
import { type AttentionContext, markBy } from './attention.ts';
import { refusals } from './changes.ts';
import { notFound } from './errors.ts';
import { type OrderStage, refusal, ways } from './order.ts';
import { findOrder } from './orders.queries.ts';
import { toState, toSummary } from './representation.ts';
import { findStepOrder, type StepOrder } from './store.ts';
import { table, tableOfOld } from './workflow.ts';

/** What an action would do to an order that asks for attention, and what the providers say now. Changes nothing. */
export async function plan(
  { pool, by_hand }: AttentionContext,
  id: string,
  action: AttentionActionName,
): Promise<AttentionPlan> {
  const [row] = await findOrder.run({ id }, pool);
  const order = row && (await findStepOrder(pool, id));
  if (!order) throw notFound(`order ${id}`);
  const [payment_provider, carrier] = await Promise.all([
    by_hand.payments.look(order),
    by_hand.parcels.look(order),
  ]);
  const said = { action, stuck: toSummary(row).attention, payment_provider, carrier };
  const refused = (code: string, detail: string): AttentionPlan => {
    return { ...said, allowed: false, refusal: { code, detail }, would: [], becomes: null };
  };

  const why = refusal(toState(row), action);
  if (why !== undefined) return refused(refusals[action], why);
  const isEndingCancelled = order.stage === 'unwinding' || row.cancel_requested_at !== null;
  const end = isEndingCancelled || action === 'give_up' ? 'cancelled' : 'completed';
  const allowed = { ...said, allowed: true, refusal: null };
  switch (action) {
    case 'retry':
      return { ...allowed, would: [retries(order)], becomes: { stage: order.stage, end } };
    case 'give_up':
      return { ...allowed, would: takesBack(order), becomes: { stage: 'unwinding', end } };
    case 'mark_done':
      try {
        const { says } = markBy(by_hand, order, { payments: payment_provider, parcels: carrier });
        const { stage, next } = after(order);
        return { ...allowed, would: [says, `Go on with ${next}.`], becomes: { stage, end } };
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        return refused(problem.code, problem.message);
      }
  }
}

function retries({ stuck_step }: StepOrder): string {
  if (stuck_step === null) return 'Start the workflow anew; it passes over what is done.';
  return `Run ${stuck_step} once more; what may have acted already is looked up at the provider first.`;
}

const taking_back = {
  release_inventory: 'Set the stock free.',
  void_payment: 'Void the payment, or refund what was taken.',
  cancel_shipping: 'Give the parcel back to the carrier.',
  refund_payment: 'Refund what was taken, or void the payment.',
} as const;

/** The compensations of the steps up to the one at work, the last first. */
function takesBack({ stage, way }: StepOrder): string[] {
  const stages: readonly OrderStage[] = ways[way];
  const begun = tableOf(way).slice(0, stages.indexOf(stage) + 1);
  const compensations = begun.flatMap(({ compensation }) => (compensation ? [compensation] : []));
  return [...compensations.reverse().map((name) => taking_back[name]), 'End the order as cancelled.'];
}

/** Where the order stands once its stuck step is done, and what the workflow does then. */
function after({ stuck_step, stage, way }: StepOrder): { stage: OrderStage; next: string } {
  const steps = tableOf(way);
  const index = steps.findIndex(({ step }) => step === stuck_step);
  if (index < 0) return { stage, next: 'taking back the rest, then end the order as cancelled' };
  return { stage: ways[way][index + 1]!, next: steps[index + 1]!.step };
}

function tableOf(way: StepOrder['way']): typeof table | typeof tableOfOld {
  return way === 'payment_first' ? tableOfOld : table;
}
