import type pg from 'pg';
import { StepError } from '../errors.ts';
import type { Address } from '../generated/contract/types.gen.ts';
import { isEnded, type OrderStage, type OrderState } from './order.ts';
import { readForStep } from './orders.queries.ts';
import { type PaymentEntry, type ShipmentRow, toState } from './representation.ts';

/** An order as the steps of other features see it. */
export interface StepOrder {
  id: string;
  stage: OrderStage;
  currency: string;
  total_amount: number;
  shipping_address: Address;
  payment_method: string;
  created_at: Date;
  entries: PaymentEntry[];
  shipment: ShipmentRow | null;
}

/** Reads an order for a step that goes forward. @throws StepError `declined` when it is to be cancelled */
export async function readForwardOrder(pool: pg.Pool, id: string): Promise<StepOrder> {
  const { order, cancellation } = await read(pool, id);
  if (cancellation) throw cancellation;
  return order;
}

/** Reads an order for a step that takes something back. */
export async function readOrder(pool: pg.Pool, id: string): Promise<StepOrder> {
  return (await read(pool, id)).order;
}

async function read(
  pool: pg.Pool,
  id: string,
): Promise<{ order: StepOrder; cancellation: StepError | undefined }> {
  const [row] = await readForStep.run({ id }, pool);
  if (!row) throw new Error(`a step was started for ${id}, which is no order`);
  const order: StepOrder = {
    id: row.id,
    stage: row.stage as OrderStage,
    currency: row.currency,
    total_amount: row.total_amount,
    shipping_address: row.shipping_address as unknown as Address,
    payment_method: row.payment_method,
    created_at: row.created_at,
    entries: (row.payment_entries as unknown as PaymentEntry[] | null) ?? [],
    shipment: row.shipment as unknown as ShipmentRow | null,
  };
  const state = toState({ ...row, attention_code: null, hidden_at: null });
  return { order, cancellation: cancellationOf(state, row) };
}

/** The error that ends a forward step of an order that is to be cancelled, or is being so. */
export function cancellationOf(
  state: Pick<OrderState, 'stage' | 'cancel_requested'>,
  reason: { cancellation_code: string | null; cancellation_detail: string | null },
): StepError | undefined {
  const isOnItsWayBack = state.stage === 'unwinding' || state.stage === 'cancelled';
  const isToBeCancelled = state.cancel_requested && !isEnded(state.stage);
  if (!isOnItsWayBack && !isToBeCancelled) return undefined;
  return new StepError(
    'declined',
    reason.cancellation_code ?? 'customer_request',
    reason.cancellation_detail ?? 'The order is being cancelled.',
  );
}
