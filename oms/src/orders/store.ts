import type pg from 'pg';
import type { StepInput } from '../engine/engine.ts';
import { StepError } from '../errors.ts';
import type { Address } from '../generated/contract/types.gen.ts';
import { hasReached, type OrderStage, stageBefore, type WayName, type WayStage } from './order.ts';
import { type IReadForStepResult, readForStep } from './orders.queries.ts';
import type { PaymentEntry, ShipmentRow } from './representation.ts';

/** An order as the steps of other features see it. */
export interface StepOrder {
  id: string;
  stage: OrderStage;
  way: WayName;
  currency: string;
  total_amount: number;
  shipping_address: Address;
  payment_method: string;
  created_at: Date;
  /** The step that has asked for attention. */
  stuck_step: string | null;
  entries: LedgerEntry[];
  shipment: ShipmentRow | null;
}

export interface LedgerEntry extends PaymentEntry {
  currency: string;
  idempotency_key: string;
  recorded_at: string;
}

/** An order on its way to a stage. */
export interface ComingOrder extends StepOrder {
  /** The stage that it comes from. */
  from: WayStage;
}

/**
 * Reads an order for the step that brings it to a stage; undefined when it has reached that stage already,
 * so a workflow that starts anew passes over what is done and meets the rest of its way again.
 * @throws StepError `declined` when the order is to be cancelled
 */
export async function readBefore(
  pool: pg.Pool,
  input: StepInput,
  stage: Exclude<WayStage, 'accepted'>,
): Promise<ComingOrder | undefined> {
  const row = await read(pool, input.order_id);
  const progress = (row.unwound_from ?? row.stage) as WayStage;
  if (hasReached(stage, progress, wayOf(input))) return undefined;
  if (row.cancel_requested_at !== null || row.stage === 'unwinding' || row.stage === 'cancelled') {
    const { cancellation_code, cancellation_detail } = row;
    throw new StepError('declined', cancellation_code ?? 'customer_request', cancellation_detail ?? '');
  }
  return { ...toStepOrder(row), from: stageBefore(stage, wayOf(input)) };
}

/** The way that the order's workflow takes. */
export function wayOf(input: StepInput): WayName {
  return input.way === 'payment_first' ? 'payment_first' : 'inventory_first';
}

/** Reads an order for a step that takes something back. */
export async function readOrder(pool: pg.Pool, id: string): Promise<StepOrder> {
  return toStepOrder(await read(pool, id));
}

/** Reads an order for a person who asks about it. */
export async function findStepOrder(pool: pg.Pool, id: string): Promise<StepOrder | undefined> {
  const [row] = await readForStep.run({ id }, pool);
  return row && toStepOrder(row);
}

async function read(pool: pg.Pool, id: string): Promise<IReadForStepResult> {
  const [row] = await readForStep.run({ id }, pool);
  if (!row) throw new Error(`a step was started for ${id}, which is no order`);
  return row;
}

function toStepOrder(row: IReadForStepResult): StepOrder {
  return {
    id: row.id,
    stage: row.stage as OrderStage,
    way: row.way as WayName,
    currency: row.currency,
    total_amount: row.total_amount,
    shipping_address: row.shipping_address as unknown as Address,
    payment_method: row.payment_method,
    created_at: row.created_at,
    stuck_step: row.attention_step,
    entries: (row.payment_entries as unknown as LedgerEntry[] | null) ?? [],
    shipment: row.shipment as unknown as ShipmentRow | null,
  };
}
