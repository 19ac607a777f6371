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
    at: pastTime(scan?.datetime) ?? pastTime(updated_at) ?? new Date(),
    expected_at: readTime(est_delivery_date),
  };
}

/** When something happened; a carrier's time that lies in the future is no such time. */
function pastTime(text: string | null | undefined): Date | null {
  const time = readTime(text);
  return time && time.getTime() <= Date.now() + CLOCK_SKEW_MS ? time : null;
}

const CLOCK_SKEW_MS = 60_000;

/** Null for what is no time, or none that the database can keep: carriers write years such as 0 and 99999. */
function readTime(text: string | null | undefined): Date | null {
  const time = new Date(text ?? Number.NaN);
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time : null;
}
