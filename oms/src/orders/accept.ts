import { commonProblem } from '@oms/kit/http/problem.ts';
import { hashRequest } from '@oms/kit/http/request_hash.ts';
import { toEtag } from '@oms/kit/http/versions.ts';
import type { Trace } from '@oms/kit/trace/trace.ts';
import type pg from 'pg';
import type { NewOrder } from '../generated/contract/types.gen.ts';
import { type Answer, findReplay, type Request } from '../idempotency/idempotency.ts';
import type { Catalogue } from '../inventory/catalogue.ts';
import { orderProblem } from './errors.ts';
import { newOrderId, slotOfOrder } from './identity.ts';
import { acceptOrder, type IFindOrderResult } from './orders.queries.ts';
import { priceLines } from './pricing.ts';
import { toOrder } from './representation.ts';

export interface AcceptContext {
  pool: pg.Pool;
  catalogue: Catalogue;
  currency: string;
}

/** Prices that changed while an order was accepted are read again, at most this often. */
const PRICE_CHANGES_MAX = 5;

/**
 * Accepts an order in one statement: key, order, lines, first event and the start of its workflow are
 * written together or not at all.
 * @throws Problem when it is refused; then nothing is written
 */
export async function accept(
  context: AcceptContext,
  request: Request,
  order: NewOrder,
  trace: Trace,
): Promise<Answer> {
  const { pool, catalogue } = context;
  const skus = new Set(order.lines.map((line) => line.sku));
  const replay = () => findReplay(pool, request);

  for (let attempt = 0; attempt < PRICE_CHANGES_MAX; attempt++) {
    let row: IFindOrderResult;
    try {
      row = draft(order, context.currency, await catalogue.prices(skus), trace);
    } catch (problem) {
      // What was accepted before is answered as then, whatever has become of the catalogue.
      const answer = await replay();
      if (answer) return answer;
      throw problem;
    }
    const answer = { status: 202, etag: toEtag(row), body: JSON.stringify(toOrder(row)) };
    const [outcome] = await acceptOrder.run(toParameters(row, order, request, answer), pool);
    if (outcome?.accepted) return answer;

    const earlier = await replay();
    if (earlier) return earlier;
    if (outcome && !outcome.customer_known) {
      const detail = `There is no customer ${order.customer_id}.`;
      throw orderProblem('unknown_customer', {
        detail,
        errors: [{ pointer: '/customer_id', code: 'unknown_customer', detail }],
      });
    }
    catalogue.forget(skus);
  }
  throw commonProblem('changed_concurrently', {
    detail: `The prices of these products changed ${PRICE_CHANGES_MAX} times while the order was accepted.`,
    retry_after_s: 1,
  });
}

/** The order's row as it will be, so that the answer can be kept in the same statement. */
function draft(
  order: NewOrder,
  default_currency: string,
  prices: Awaited<ReturnType<Catalogue['prices']>>,
  trace: Trace,
): IFindOrderResult {
  const { customer_id = null, currency = default_currency } = order;
  const { lines, total_amount } = priceLines(order.lines, prices, currency);
  const now = new Date();
  const id = newOrderId(customer_id, now.getTime());
  return {
    id,
    slot: slotOfOrder(id),
    customer_id,
    status: 'pending',
    stage: 'accepted',
    way: 'inventory_first',
    unwound_from: null,
    currency,
    total_amount,
    lines: lines as unknown as IFindOrderResult['lines'],
    shipping_address: order.shipping_address as unknown as IFindOrderResult['shipping_address'],
    payment_method: order.payment_method,
    payment_entries: null,
    shipment: null,
    cancel_requested_at: null,
    cancellation_code: null,
    cancellation_detail: null,
    attention_code: null,
    attention_step: null,
    attention_detail: null,
    attention_since: null,
    waiting_for: null,
    ...trace,
    version: 1,
    created_at: now,
    updated_at: now,
    ended_at: null,
    hidden_at: null,
  };
}

function toParameters(row: IFindOrderResult, order: NewOrder, request: Request, answer: Answer) {
  const lines = row.lines as unknown as { sku: string; quantity: number; unit_price: number }[];
  return {
    id: row.id,
    slot: row.slot,
    customer_id: row.customer_id,
    currency: row.currency,
    total_amount: row.total_amount,
    shipping_address: row.shipping_address,
    payment_method: row.payment_method,
    traceparent: row.traceparent,
    request_id: row.request_id,
    created_at: row.created_at,
    skus: lines.map((line) => line.sku),
    quantities: lines.map((line) => line.quantity),
    unit_prices: lines.map((line) => line.unit_price),
    agreed: order.lines.map((line) => line.unit_price !== undefined),
    event_data: { total_amount: row.total_amount, currency: row.currency, lines: lines.length },
    idempotency_key: request.key,
    request_hash: hashRequest(request.content),
    answer_status: answer.status,
    answer_etag: answer.etag,
    answer_body: answer.body,
  };
}
