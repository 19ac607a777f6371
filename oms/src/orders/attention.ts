import type { Trace } from '@oms/kit/trace/trace.ts';
import type pg from 'pg';
import type { AttentionAction, ParcelRecords, PaymentRecords } from '../generated/contract/types.gen.ts';
import { type Answer, findReplay, once, type Request } from '../idempotency/idempotency.ts';
import { recordMend } from './attention.queries.ts';
import { find, lock, requestCancellation, requireAllowed, toAnswer } from './changes.ts';
import { notFound, orderProblem } from './errors.ts';
import type { HandWork, Mark } from './hand_work.ts';
import { isByHand } from './order.ts';
import { findStepOrder, type StepOrder } from './store.ts';

export interface AttentionContext {
  pool: pg.Pool;
  by_hand: { payments: HandWork<PaymentRecords>; parcels: HandWork<ParcelRecords> };
}

/** Lets an order that asks for attention go on, as a person decides. */
export async function mend(
  context: AttentionContext,
  order_id: string,
  request: Request,
  { action, note, by }: AttentionAction,
  trace: Trace,
): Promise<Answer> {
  const { pool } = context;
  const earlier = await findReplay(pool, request);
  if (earlier) return earlier;
  // The provider is asked before the transaction: a slow answer must not hold the order's row.
  const marked = action === 'mark_done' ? await findMark(context, order_id) : undefined;
  return once(pool, request, async (client) => {
    const order = await lock(client, order_id);
    requireAllowed(order, action);
    const step = order.attention_step;
    if (action === 'give_up') {
      return requestCancellation(client, order_id, { code: 'given_up', detail: note ?? '', by }, trace);
    }
    if (action === 'mark_done' && marked?.step !== step) {
      const detail = `The order came to be stuck at ${step} only now. Read it again.`;
      throw orderProblem('order_not_markable', { detail });
    }
    await recordMend.run(
      {
        id: order_id,
        is_done: marked !== undefined,
        event_type: marked ? 'order.marked_done' : 'order.retry_asked',
        event_data: { ...(step !== null && { step }), ...(by && { by }), ...(note && { note }) },
        ...trace,
      },
      client,
    );
    await marked?.mark.write(client);
    return toAnswer(await find(client, order_id));
  });
}

async function findMark(
  { pool, by_hand }: AttentionContext,
  id: string,
): Promise<{ step: string; mark: Mark } | undefined> {
  const order = await findStepOrder(pool, id);
  if (!order) throw notFound(`order ${id}`);
  const { stuck_step: step } = order;
  // Refused where its row is locked, with the reason.
  if (!isByHand(step)) return undefined;
  const records =
    step in by_hand.payments.marks
      ? { payments: await by_hand.payments.look(order) }
      : { parcels: await by_hand.parcels.look(order) };
  return { step, mark: markBy(by_hand, order, records) };
}

interface Records {
  payments?: PaymentRecords;
  parcels?: ParcelRecords;
}

/** What marking the order's stuck step as done writes. @throws Problem when the provider says otherwise */
export function markBy(by_hand: AttentionContext['by_hand'], order: StepOrder, records: Records): Mark {
  const step = order.stuck_step;
  if (!isByHand(step)) throw new Error(`nobody does ${step} by hand`);
  const { payments, parcels } = records;
  const asked = step in by_hand.payments.marks ? payments : parcels;
  if (!asked?.reachable) {
    const detail = `The mark cannot be compared with the provider's record: ${asked?.detail} Try again later.`;
    throw orderProblem('provider_unavailable', { detail });
  }
  const mark =
    (payments && by_hand.payments.marks[step]?.(order, payments)) ??
    (parcels && by_hand.parcels.marks[step]?.(order, parcels));
  if (!mark) throw new Error(`nobody knows how to mark ${step} as done`);
  return mark;
}
