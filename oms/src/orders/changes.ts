import { type Conditions, requireConditions, toEtag } from '@oms/kit/http/versions.ts';
import { transaction } from '@oms/kit/postgres/transaction.ts';
import type { Trace } from '@oms/kit/trace/trace.ts';
import type pg from 'pg';
import type { OrderAmendment } from '../generated/contract/types.gen.ts';
import type { Answer } from '../idempotency/idempotency.ts';
import type { AcceptContext } from './accept.ts';
import { notFound, type OrderProblemCode, orderProblem } from './errors.ts';
import { type OrderAction, refusal } from './order.ts';
import {
  amendOrder,
  findOrder,
  hideOrder,
  type IFindOrderResult,
  type ILockOrderResult,
  lockOrder,
  requestCancel,
} from './orders.queries.ts';
import { priceLines } from './pricing.ts';
import { toOrder, toState } from './representation.ts';

/** Puts new lines and a new address on an order, at today's prices. */
export async function amend(
  { pool, catalogue }: AcceptContext,
  id: string,
  conditions: Conditions,
  { lines: requested, shipping_address }: OrderAmendment,
): Promise<IFindOrderResult> {
  const skus = requested.map((line) => line.sku);
  catalogue.forget(skus);
  const prices = await catalogue.prices(skus);
  return transaction(pool, async (client) => {
    const order = await lock(client, id);
    requireConditions(conditions, order.version);
    requireAllowed(order, 'amend');
    const { lines, total_amount } = priceLines(requested, prices, order.currency);
    await amendOrder.run(
      {
        id,
        total_amount,
        shipping_address: { ...shipping_address },
        skus,
        quantities: lines.map((line) => line.quantity),
        unit_prices: lines.map((line) => line.unit_price),
        event_data: { total_amount, lines: lines.length },
      },
      client,
    );
    return find(client, id);
  });
}

/** Records that an order shall be cancelled; its workflow takes back what has been done. */
export async function requestCancellation(
  client: pg.PoolClient,
  id: string,
  reason: { code: string; detail: string; by?: string | undefined },
  trace: Trace,
): Promise<Answer> {
  const order = await lock(client, id);
  // An order that is being cancelled already becomes what is asked for.
  const isUnderWay =
    order.ended_at === null && (order.cancel_requested_at !== null || order.stage === 'unwinding');
  if (!isUnderWay) {
    requireAllowed(order, 'cancel');
    await requestCancel.run({ id, ...reason, ...trace }, client);
  }
  return toAnswer(await find(client, id));
}

/** Takes an ended order out of lists; one that is out already stays so. */
export async function hide(pool: pg.Pool, id: string, conditions: Conditions): Promise<void> {
  await transaction(pool, async (client) => {
    const order = await lock(client, id);
    requireConditions(conditions, order.version);
    if (order.hidden_at !== null) return;
    requireAllowed(order, 'delete');
    await hideOrder.run({ id }, client);
  });
}

export const refusals: Record<OrderAction, OrderProblemCode> = {
  amend: 'order_not_amendable',
  cancel: 'order_not_cancellable',
  delete: 'order_not_deletable',
  retry: 'order_not_retryable',
  mark_done: 'order_not_markable',
  give_up: 'order_not_given_up',
};

export function requireAllowed(order: ILockOrderResult, action: OrderAction): void {
  const detail = refusal(toState(order), action);
  if (detail !== undefined) throw orderProblem(refusals[action], { detail });
}

export async function lock(client: pg.PoolClient, id: string): Promise<ILockOrderResult> {
  const [order] = await lockOrder.run({ id }, client);
  if (!order) throw notFound(`order ${id}`);
  return order;
}

export async function find(client: pg.PoolClient, id: string): Promise<IFindOrderResult> {
  const [order] = await findOrder.run({ id }, client);
  return order!;
}

export function toAnswer(row: IFindOrderResult): Answer {
  return { status: 202, etag: toEtag(row), body: JSON.stringify(toOrder(row)) };
}
