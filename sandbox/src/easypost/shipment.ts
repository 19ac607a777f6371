import { idTail } from '../ids.ts';
import { type Scan, toTrackingDetail } from './moves.ts';
import { messagesOf, rateOf, ratesOf } from './rates.ts';

export interface Address {
  name?: string | null;
  street1?: string | null;
  city?: string | null;
  state?: string | null;
  zip?: string | null;
  country?: string | null;
  [name: string]: unknown;
}

export interface Parcel {
  /** Ounces. */
  weight: number;
  length?: number;
  width?: number;
  height?: number;
}

/** A row of `sandbox.shipments`. Live: bought and not refunded. */
export interface ShipmentRow {
  id: string;
  reference: string | null;
  to_address: Address;
  from_address: Address;
  parcel: Parcel;
  options: object;
  created_ms: number;
  rate_index: number | null;
  bought_ms: number | null;
  refund_status: 'submitted' | 'refunded' | 'rejected' | 'not_applicable' | null;
  refunded_ms: number | null;
  /** Where it has been since it was bought, oldest first. */
  scans: Scan[];
}

/** What is submitted counts, until the carrier rejects it. */
export function isRefunded({ refund_status }: Pick<ShipmentRow, 'refund_status'>): boolean {
  return refund_status === 'submitted' || refund_status === 'refunded';
}

/** As EasyPost shows it. https://docs.easypost.com/docs/shipments#shipment-object */
export function toShipment(row: ShipmentRow): object {
  const created_at = time(row.created_ms);
  const updated_at = time(row.refunded_ms ?? row.bought_ms ?? row.created_ms);
  const tail = idTail(row.id);
  const bought = row.bought_ms !== null;
  const address = (address: Address, id: string) => ({
    id,
    object: 'Address',
    mode: 'test',
    created_at,
    updated_at: created_at,
    ...address,
  });
  return {
    id: row.id,
    object: 'Shipment',
    mode: 'test',
    created_at,
    updated_at,
    reference: row.reference,
    is_return: false,
    status: 'unknown',
    to_address: address(row.to_address, `adr_${tail.slice(1)}1`),
    from_address: address(row.from_address, `adr_${tail.slice(1)}2`),
    parcel: {
      id: `prcl_${tail}`,
      object: 'Parcel',
      mode: 'test',
      created_at,
      updated_at: created_at,
      ...row.parcel,
    },
    options: row.options,
    customs_info: null,
    forms: [],
    fees: [],
    insurance: null,
    messages: messagesOf(row),
    rates: ratesOf(row),
    selected_rate: rateOf(row),
    postage_label: bought ? toLabel(row) : null,
    tracking_code: bought ? trackingCodeOf(row) : null,
    tracker: bought ? toTracker(row) : null,
    refund_status: row.refund_status,
    scan_form: null,
    batch_id: null,
    batch_status: null,
    batch_message: null,
    usps_zone: 4,
  };
}

/** A parcel's tracker comes into being when its postage is bought. https://docs.easypost.com/docs/trackers */
export function toTracker(row: ShipmentRow): object {
  const tail = idTail(row.id);
  const rate = rateOf(row);
  const scan = row.scans.at(-1);
  const refunded = isRefunded(row);
  return {
    id: `trk_${tail}`,
    object: 'Tracker',
    mode: 'test',
    created_at: time(row.bought_ms),
    updated_at: time(row.refunded_ms ?? scan?.at_ms ?? row.bought_ms),
    tracking_code: trackingCodeOf(row),
    status: refunded ? 'cancelled' : (scan?.status ?? 'pre_transit'),
    status_detail: refunded ? 'unknown' : 'status_update',
    signed_by: null,
    weight: row.parcel.weight,
    est_delivery_date: time((row.bought_ms ?? 0) + (rate?.delivery_days ?? 0) * DAY_MS),
    shipment_id: row.id,
    carrier: rate?.carrier ?? null,
    tracking_details: row.scans.map(toTrackingDetail),
    carrier_detail: null,
    public_url: `https://track.easypost.com/${tail}`,
    fees: [],
    finalized: true,
    is_return: false,
  };
}

/** The code and its parcel name each other, so that no index is needed. */
export function trackingCodeOf(row: ShipmentRow): string {
  return `EZ${idTail(row.id).toUpperCase()}`;
}

export function shipmentIdOfTrackingCode(code: string): string {
  return `shp_${code.slice(2).toLowerCase()}`;
}

const DAY_MS = 86_400_000;

function toLabel(row: ShipmentRow): object {
  const tail = idTail(row.id);
  const at = time(row.bought_ms);
  return {
    id: `pl_${tail}`,
    object: 'PostageLabel',
    created_at: at,
    updated_at: at,
    label_date: at,
    label_file_type: 'image/png',
    label_resolution: 300,
    label_size: '4x6',
    label_type: 'default',
    label_url: `https://easypost-files.s3.amazonaws.com/files/postage_label/${tail}.png`,
    label_pdf_url: null,
    label_zpl_url: null,
    label_epl2_url: null,
  };
}

function time(at_ms: number | null): string | null {
  return at_ms === null ? null : new Date(at_ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
