import type pg from 'pg';
import { recordShipmentCancelled } from './shipping.queries.ts';

const CANCELLED = { type: 'order.shipment_cancelled', data: {} };

/** Writes that the order's parcel was given back, with its event; once. */
export async function recordGivenBack(
  database: pg.Pool | pg.PoolClient,
  order_id: string,
  event: { type: string; data: Record<string, string> } = CANCELLED,
): Promise<void> {
  await recordShipmentCancelled.run({ order_id, event_type: event.type, event_data: event.data }, database);
}
