import { toEtag } from '@oms/kit/http/versions.ts';
import type { Trace } from '@oms/kit/trace/trace.ts';
import type pg from 'pg';
import type { Address, NewOrder } from '../generated/contract/types.gen.ts';
import { type Answer, findReplay, hashContent } from '../idempotency/idempotency.ts';
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
  key: string,
  request: NewOrder,
  trace: Trace,
): Promise<Answer> {
  const { pool, catalogue } = context;
  const content = contentOf(request, context.currency);
  const skus = new Set(content.lines.map((line) => line.sku));
  const replay = () => findReplay(pool, { operation: 'createOrder', key, content });

  for (let attempt = 0; attempt < PRICE_CHANGES_MAX; attempt++) {
    let row: IFindOrderResult;
    try {
      row = draft(content, await catalogue.prices(skus), trace);
    } catch (problem) {
      // What was accepted before is answered as then, whatever has become of the catalogue.
      const answer = await replay();
      if (answer) return answer;
      throw problem;
    }
    const answer = { status: 202, etag: toEtag(row), body: JSON.stringify(toOrder(row)) };
    const [outcome] = await acceptOrder.run(toParameters(row, content, key, answer), pool);
    if (outcome?.accepted) return answer;

    const earlier = await replay();
    if (earlier) return earlier;
    if (outcome && !outcome.customer_known) {
      const detail = `There is no customer ${content.customer_id}.`;
      throw orderProblem('unknown_customer', {
        detail,
        errors: [{ pointer: '/customer_id', code: 'unknown_customer', detail }],
      });
    }
    catalogue.forget(skus);
  }
  throw new Error('prices changed at every attempt to accept an order');
}

type Content = ReturnType<typeof contentOf>;

/** The request with its defaults, in one order of fields, so that the same request has the same hash. */
function contentOf(request: NewOrder, currency: string) {
  return {
    customer_id: request.customer_id ?? null,
    currency: request.currency ?? currency,
    lines: request.lines.map(({ sku, quantity, unit_price }) => ({ sku, quantity, unit_price })),
    shipping_address: inOneOrder(request.shipping_address),
    payment_method: request.payment_method,
  };
}

function inOneOrder(address: Address): Address {
  const { name, company, line1, line2, city, region, postal_code, country, phone } = address;
  return JSON.parse(
    JSON.stringify({ name, company, line1, line2, city, region, postal_code, country, phone }),
  );
}

/** The order's row as it will be, so that the answer can be kept in the same statement. */
function draft(
  content: Content,
  prices: Awaited<ReturnType<Catalogue['prices']>>,
  trace: Trace,
): IFindOrderResult {
  const { lines, total_amount } = priceLines(content.lines, prices, content.currency);
  const now = new Date();
  const id = newOrderId(content.customer_id, now.getTime());
  return {
    id,
    slot: slotOfOrder(id),
    customer_id: content.customer_id,
    status: 'pending',
    stage: 'accepted',
    way: 'inventory_first',
    unwound_from: null,
    currency: content.currency,
    total_amount,
    lines: lines as unknown as IFindOrderResult['lines'],
    shipping_address: content.shipping_address as unknown as IFindOrderResult['shipping_address'],
    payment_method: content.payment_method,
    payment_entries: null,
    shipment: null,
    cancel_requested_at: null,
    cancellation_code: null,
    cancellation_detail: null,
    attention_code: null,
    attention_step: null,
    attention_detail: null,
    attention_since: null,
    ...trace,
    version: 1,
    created_at: now,
    updated_at: now,
    ended_at: null,
    hidden_at: null,
  };
}

function toParameters(row: IFindOrderResult, content: Content, key: string, answer: Answer) {
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
    agreed: content.lines.map((line) => line.unit_price !== undefined),
    event_data: { total_amount: row.total_amount, currency: row.currency, lines: lines.length },
    idempotency_key: key,
    request_hash: hashContent(content),
    answer_status: answer.status,
    answer_etag: answer.etag,
    answer_body: answer.body,
  };
}
