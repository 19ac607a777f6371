import type { News } from './news.ts';

/** What we read of EasyPost's tracker. https://docs.easypost.com/docs/trackers */
export interface Tracker {
  /** The parcel. Unlike a tracking code, which carriers use again, it names one for ever. */
  shipment_id?: string | null | undefined;
  status: string;
  updated_at?: string | null | undefined;
  est_delivery_date?: string | null | undefined;
  tracking_details?: Scan[] | null | undefined;
}

interface Scan {
  status?: string | null | undefined;
  datetime?: string | null | undefined;
}

export function toNews({ shipment_id, status, updated_at, est_delivery_date, ...tracker }: Tracker): News {
  // The tracker may have been updated long after the carrier's scan.
  const scan = tracker.tracking_details?.findLast((detail) => detail.status === status);
  return {
    provider_id: shipment_id ?? '',
    status,
    at: readTime(scan?.datetime) ?? readTime(updated_at) ?? new Date(),
    expected_at: readTime(est_delivery_date),
  };
}

function readTime(text: string | null | undefined): Date | null {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}
