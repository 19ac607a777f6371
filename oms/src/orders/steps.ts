import type pg from 'pg';
import type { Logger } from 'pino';
import type { StepInput, Steps } from '../engine/engine.ts';
import { StepError } from '../errors.ts';
import { askForAttention } from './attention.queries.ts';
import {
  advanceOrder,
  beginUnwinding,
  checkOrder,
  completeOrder,
  endCancelled,
  type ICheckOrderResult,
} from './orders.queries.ts';
import { readBefore, wayOf } from './store.ts';

interface OrderStepsContext {
  pool: pg.Pool;
  /** Whether a workflow watches over the parcel of a completed order. */
  track_deliveries: boolean;
  logger: Logger;
}

/** The order's own steps: all on our database, each one transaction, each the same when run twice. */
export function orderSteps({ pool, track_deliveries, logger }: OrderStepsContext): Steps {
  return {
    validate_order: (input) => validate(pool, input),
    complete_order: (input) => complete(pool, input, track_deliveries),
    async begin_unwinding({ order_id, code, detail }) {
      await beginUnwinding.run({ id: order_id, code: code!, detail: detail! }, pool);
    },
    async cancel_order({ order_id }) {
      await endCancelled.run({ id: order_id }, pool);
    },
    async ask_for_attention({ order_id, step, code, detail, kind, provider }) {
      const attention_code = attentionCode(step!, code!, kind);
      const asked = await askForAttention.run(
        { id: order_id, code: attention_code, step, detail: detail!, waiting_for: provider },
        pool,
      );
      // The step runs again at each recheck. The detail may name persons, so it stays in the database.
      if (asked.length > 0) logger.warn({ order_id, code: attention_code, step }, 'order requires attention');
    },
  };
}

async function validate(pool: pg.Pool, input: StepInput): Promise<void> {
  const id = input.order_id;
  if (!(await readBefore(pool, input, 'validated'))) return;
  const [order] = await checkOrder.run({ id }, pool);
  const fault = order && faultOf(order);
  if (fault) throw new StepError('declined', 'invalid_order', fault);
  await advanceOrder.run(
    {
      id,
      from: 'accepted',
      stage: 'validated',
      status: 'processing',
      way: wayOf(input),
      event_type: 'order.validated',
      event_data: {},
    },
    pool,
  );
}

function faultOf(order: ICheckOrderResult): string | undefined {
  if (!order.customer_known) return 'The customer is not known any more.';
  if (order.lines_without_product > 0) return 'A line has no product in the order’s currency any more.';
  if (order.lines_amount !== order.total_amount) return 'The lines do not add up to the total.';
  return undefined;
}

async function complete(pool: pg.Pool, input: StepInput, track: boolean): Promise<void> {
  const id = input.order_id;
  const completed = await completeOrder.run({ id, track }, pool);
  if (completed.length > 0) return;
  if (!(await readBefore(pool, input, 'completed'))) return;
  throw new Error(`order ${id} could not be completed`);
}

/** What a person is asked to look at, by the step that is stuck. */
function attentionCode(step: string, code: string, kind: string | undefined): string {
  if (code === 'step_failed') return code;
  const unknown = OUTCOME_UNKNOWN[step];
  if (!unknown) return 'compensation_failed';
  return kind === 'unavailable' ? 'provider_unavailable' : unknown;
}

/** The steps that ask a provider to act, each with the code when it may have acted. */
const OUTCOME_UNKNOWN: Record<string, string> = {
  authorise_payment: 'payment_outcome_unknown',
  arrange_shipping: 'shipping_outcome_unknown',
  capture_payment: 'payment_outcome_unknown',
};
