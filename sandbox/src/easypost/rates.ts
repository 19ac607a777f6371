import { idTail } from '../ids.ts';
import type { ShipmentRow } from './shipment.ts';

interface Service {
  carrier: string;
  service: string;
  /** US cents. */
  base_amount: number;
  amount_per_ounce: number;
  delivery_days: number;
}

/** What the carriers offer; the price grows with the weight alone. */
const SERVICES: readonly Service[] = [
  { carrier: 'USPS', service: 'GroundAdvantage', base_amount: 450, amount_per_ounce: 12, delivery_days: 5 },
  { carrier: 'USPS', service: 'Priority', base_amount: 790, amount_per_ounce: 18, delivery_days: 2 },
  { carrier: 'UPS', service: 'Ground', base_amount: 880, amount_per_ounce: 15, delivery_days: 4 },
  { carrier: 'UPS', service: 'NextDayAir', base_amount: 3250, amount_per_ounce: 40, delivery_days: 1 },
];

export interface Rate {
  id: string;
  carrier: string;
  service: string;
  rate: string;
  delivery_days: number;
  [name: string]: unknown;
}

/** 70 pounds, the most that these carriers take. */
export const WEIGHT_OZ_MAX = 1120;

/** Rates are not stored: a shipment's id and weight make them again. */
export function ratesOf(row: ShipmentRow): Rate[] {
  if (row.parcel.weight > WEIGHT_OZ_MAX) return [];
  const created_at = new Date(row.created_ms).toISOString();
  return SERVICES.map((service, index) => {
    const amount = service.base_amount + Math.ceil(row.parcel.weight * service.amount_per_ounce);
    const rate = (amount / 100).toFixed(2);
    return {
      id: rateIdOf(row.id, index),
      object: 'Rate',
      mode: 'test',
      created_at,
      updated_at: created_at,
      shipment_id: row.id,
      carrier: service.carrier,
      carrier_account_id: `ca_${service.carrier.toLowerCase()}`,
      service: service.service,
      rate,
      currency: 'USD',
      retail_rate: rate,
      retail_currency: 'USD',
      list_rate: rate,
      list_currency: 'USD',
      billing_type: 'easypost',
      delivery_days: service.delivery_days,
      delivery_date: null,
      delivery_date_guaranteed: false,
      est_delivery_days: service.delivery_days,
    };
  });
}

/** Why carriers give no rates: the shipment is made all the same. https://docs.easypost.com/docs/shipments/messages */
export function messagesOf(row: ShipmentRow): object[] {
  if (row.parcel.weight <= WEIGHT_OZ_MAX) return [];
  return [...new Set(SERVICES.map(({ carrier }) => carrier))].map((carrier) => ({
    carrier,
    carrier_account_id: `ca_${carrier.toLowerCase()}`,
    type: 'rate_error',
    message: `Shipment cannot weigh more than ${WEIGHT_OZ_MAX}oz`,
  }));
}

export function rateOf(row: ShipmentRow): Rate | null {
  return row.rate_index === null ? null : (ratesOf(row)[row.rate_index] ?? null);
}

/** The index of a shipment's rate; nothing for another shipment's rate. */
export function rateIndexOf(shipment_id: string, rate_id: string): number | undefined {
  const index = SERVICES.findIndex((_service, index) => rateIdOf(shipment_id, index) === rate_id);
  return index < 0 ? undefined : index;
}

function rateIdOf(shipment_id: string, index: number): string {
  return `rate_${idTail(shipment_id)}${index}`;
}
