import type {
  Attention,
  Cancellation,
  Order,
  OrderSummary,
  Payment,
  Shipment,
  TrackingStatus,
} from '../generated/contract/types.gen.ts';
import { allowedActions, type OrderStage, type OrderState, type PricedLine, type WayName } from './order.ts';
import type { IFindOrderResult, IListOrdersResult } from './orders.queries.ts';

/** The order as the contract shows it. */
export function toOrder(row: IFindOrderResult): Order {
  return {
    ...toSummary(row),
    lines: row.lines as unknown as PricedLine[],
    shipping_address: row.shipping_address as Order['shipping_address'],
    payment_method: row.payment_method,
    payment: toPayment(row.payment_entries as unknown as PaymentEntry[] | null),
    shipment: toShipment(row.shipment as unknown as ShipmentRow | null),
  };
}

export function toSummary(row: IListOrdersResult): OrderSummary {
  return {
    id: row.id,
    customer_id: row.customer_id,
    status: row.status as OrderSummary['status'],
    stage: row.stage as OrderStage,
    currency: row.currency,
    total_amount: row.total_amount,
    cancellation: toCancellation(row),
    attention: toAttention(row),
    waiting_for: row.waiting_for as OrderSummary['waiting_for'],
    allowed_actions: allowedActions(toState(row)),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

export function toState(
  row: Pick<
    IListOrdersResult,
    'stage' | 'way' | 'cancel_requested_at' | 'attention_code' | 'attention_step' | 'hidden_at'
  >,
): OrderState {
  return {
    stage: row.stage as OrderStage,
    way: row.way as WayName,
    cancel_requested: row.cancel_requested_at !== null,
    attention: row.attention_code !== null,
    stuck_step: row.attention_step,
    hidden: row.hidden_at !== null,
  };
}

/** What a person must look at, with what ledger and shipment say. */
function toAttention(row: IListOrdersResult): Attention {
  if (!row.attention_code) return null;
  return {
    code: row.attention_code as NonNullable<Attention>['code'],
    step: row.attention_step,
    detail: row.attention_detail ?? '',
    since: row.attention_since!.toISOString(),
    payment: toPayment(row.payment_entries as unknown as PaymentEntry[] | null),
    shipment: toShipment(row.shipment as unknown as ShipmentRow | null),
  };
}

export interface PaymentEntry {
  kind: 'declined' | 'authorised' | 'captured' | 'voided' | 'refunded';
  amount: number;
  provider_id: string | null;
  intent_id: string | null;
}

/** A payment is the sum of its ledger's entries; the latest in a payment's life names its status. */
export function toPayment(entries: PaymentEntry[] | null): Payment {
  if (!entries?.length) return null;
  const amount = (kind: PaymentEntry['kind']) => entries.find((entry) => entry.kind === kind)?.amount ?? 0;
  const latest = (['refunded', 'voided', 'captured', 'authorised', 'declined'] as const).find((kind) =>
    entries.some((entry) => entry.kind === kind),
  );
  return {
    status: latest ?? 'declined',
    authorised_amount: amount('authorised'),
    captured_amount: amount('captured'),
    refunded_amount: amount('refunded'),
    provider_id: entries.find((entry) => entry.intent_id !== null)?.intent_id ?? null,
  };
}

export interface ShipmentRow {
  status: 'booking' | 'booked' | 'cancelled';
  carrier: string | null;
  service: string | null;
  tracking_code: string | null;
  provider_id: string;
  rate_id: string;
  tracking_status: TrackingStatus;
  tracking_updated_at: string | null;
  delivered_at: string | null;
}

function toShipment(row: ShipmentRow | null): Shipment {
  if (!row) return null;
  const { status, carrier, service, tracking_code, provider_id } = row;
  return {
    ...{ status, carrier, service, tracking_code, provider_id },
    tracking_status: status === 'booked' ? row.tracking_status : null,
    tracking_updated_at: toTime(row.tracking_updated_at),
    delivered_at: toTime(row.delivered_at),
  };
}

/** As the API writes times; within JSON the database writes them its own way. */
function toTime(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString();
}

function toCancellation(row: IListOrdersResult): Cancellation {
  if (!row.cancellation_code) return null;
  return {
    code: row.cancellation_code as NonNullable<Cancellation>['code'],
    detail: row.cancellation_detail ?? '',
  };
}
