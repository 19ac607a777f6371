import type pg from 'pg';
import { recordTracking } from './shipping.queries.ts';
import { isTrackingStatus, statusesBefore, tracking } from './tracking.ts';

/** What a carrier says of one parcel. */
export interface News {
  /** The carrier's id of the parcel. */
  provider_id: string;
  /** In the carrier's words, which may be none of ours. */
  status: string;
  /** When the parcel came to be so. */
  at: Date;
  /** When the carrier means to deliver it, where it says. */
  expected_at: Date | null;
}

/** `unchanged`: told before, or overtaken by later news; `ignored`: no parcel of ours, or nothing of its way. */
export type NewsOutcome = 'recorded' | 'unchanged' | 'ignored';

/** Keeps where a parcel is, with its event, and wakes who waits for it. */
export async function recordNews(pool: pg.Pool, { provider_id, status, at }: News): Promise<NewsOutcome> {
  if (!isTrackingStatus(status)) return 'ignored';
  const { event, is_end } = tracking[status];
  const [outcome] = await recordTracking.run(
    {
      provider_id,
      tracking_status: status,
      before: statusesBefore(status),
      at: at.toISOString(),
      event_type: event ?? '',
      is_end,
    },
    pool,
  );
  if (!outcome?.known) return 'ignored';
  return outcome.recorded ? 'recorded' : 'unchanged';
}
