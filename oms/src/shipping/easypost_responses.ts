import { requireFacts, responseReader, UnprovenResponse } from '@oms/kit/http_client/response.ts';
import type { Tracker } from './easypost_news.ts';

/** What a response states about a parcel. */
export interface Shipment {
  id: string;
  reference: string | null;
  rates: Rate[];
  /** The rate that was bought. */
  selected_rate: Rate | null;
  tracking_code: string | null;
  tracker: (Tracker & { tracking_code: string }) | null;
  postage_label: object | null;
  refund_status: string | null;
}

export interface Rate {
  id: string;
  shipment_id: string;
  /** A decimal number. */
  rate: string;
  carrier: string;
  service: string;
}

const text = { type: 'string', minLength: 1 };
const orNull = (schema: object) => ({ anyOf: [{ type: 'null' }, schema] });

const rate = {
  type: 'object',
  required: ['id', 'shipment_id', 'rate', 'carrier', 'service'],
  properties: {
    id: text,
    shipment_id: text,
    rate: { type: 'string', pattern: '^\\d+(\\.\\d+)?$' },
    carrier: text,
    service: text,
  },
};

/** https://docs.easypost.com/docs/shipments */
const shipment = {
  type: 'object',
  required: [
    'object',
    'id',
    'reference',
    'rates',
    'selected_rate',
    'tracking_code',
    'tracker',
    'refund_status',
  ],
  properties: {
    object: { const: 'Shipment' },
    id: text,
    reference: orNull(text),
    rates: { type: 'array', items: rate },
    selected_rate: orNull(rate),
    tracking_code: orNull(text),
    tracker: orNull({
      type: 'object',
      required: ['tracking_code', 'status'],
      properties: { tracking_code: text, status: text },
    }),
    postage_label: orNull({ type: 'object' }),
    refund_status: orNull(text),
  },
};

export const readShipment = responseReader<Shipment>('shipment', shipment);

/** The parcel that was asked for. */
export function readShipmentOf(response: unknown, id: string): Shipment {
  const found = readShipment(response);
  requireFacts('shipment', found, { id });
  return found;
}

/** The tracking code of a parcel that has been bought; undefined of one that has not. @throws UnprovenResponse */
export function trackingCodeOf({ tracking_code, tracker, postage_label }: Shipment): string | undefined {
  if (tracking_code === null && tracker === null && postage_label === null) return undefined;
  if (tracking_code !== null && tracker?.tracking_code === tracking_code && postage_label !== null) {
    return tracking_code;
  }
  throw new UnprovenResponse('shipment', ['tracking code, tracker and label do not agree']);
}
