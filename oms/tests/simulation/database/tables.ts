import type { ILockOrderResult } from '../../../src/orders/orders.queries.ts';
import type { PaymentEntry } from '../../../src/orders/representation.ts';

/** The rows of each table, under its key; what belongs to an order or stands in its order is one list. */
export interface Tables {
  customers: { id: string; version: number };
  products: { sku: string; unit_price: number; currency: string; version: number };
  stock: StockRow;
  orders: OrderRow;
  order_lines: readonly LineRow[];
  order_events: readonly EventRow[];
  payment_entries: readonly EntryRow[];
  shipments: ShipmentRow;
  reservations: readonly ReservationRow[];
  outbox: {
    id: number;
    order_id: string;
    kind: string;
    traceparent: string | null;
    request_id: string | null;
  };
  idempotency_keys: KeyRow;
  idempotency_horizon: { forgotten_until: Date };
}

export interface OrderRow extends ILockOrderResult {
  waiting_since: Date | null;
}

export interface StockRow {
  sku: string;
  received: number;
  on_hand: number;
  reserved: number;
  sold: number;
  version: number;
}

export interface LineRow {
  sku: string;
  quantity: number;
  unit_price: number;
}

export interface EventRow {
  sequence: number;
  type: string;
  data: unknown;
}

export interface EntryRow extends PaymentEntry {
  currency: string;
  idempotency_key: string;
}

export interface ShipmentRow {
  order_id: string;
  provider_id: string;
  status: string;
  rate_id: string;
  carrier: string | null;
  service: string | null;
  tracking_code: string | null;
  tracking_status: string;
  tracking_updated_at: null;
  delivered_at: null;
}

export interface ReservationRow {
  sku: string;
  quantity: number;
  expires_at: Date;
}

export interface KeyRow {
  operation: string;
  key: string;
  request_hash: string;
  status: number;
  etag: string | null;
  body: string;
  created_at: Date;
}
