/** What a carrier says of a parcel, each with how far the parcel has come and the event that tells of it. */
export const tracking = {
  pre_transit: { rank: 0, event: null, is_end: false },
  in_transit: { rank: 1, event: 'order.in_transit', is_end: false },
  out_for_delivery: { rank: 2, event: 'order.out_for_delivery', is_end: false },
  available_for_pickup: { rank: 3, event: 'order.available_for_pickup', is_end: false },
  // Below the two others: what could not be delivered may be after all, or comes back.
  failure: { rank: 4, event: 'order.delivery_failed', is_end: true },
  return_to_sender: { rank: 5, event: 'order.returned_to_sender', is_end: true },
  delivered: { rank: 5, event: 'order.delivered', is_end: true },
} as const satisfies Record<string, { rank: number; event: string | null; is_end: boolean }>;

export type TrackingStatus = keyof typeof tracking;

/** Tells of a parcel that is late. */
export const OVERDUE_EVENT = 'order.delivery_overdue';

const statuses = Object.keys(tracking) as TrackingStatus[];

/** Whether it says where the parcel is; carriers also say `unknown`, `error` or `cancelled`, and may say more one day. */
export function isTrackingStatus(status: string): status is TrackingStatus {
  return Object.hasOwn(tracking, status);
}

/** Those that a status may follow. News come in any order and more than once, and a parcel never goes back. */
export function statusesBefore(status: TrackingStatus): TrackingStatus[] {
  return statuses.filter((other) => tracking[other].rank < tracking[status].rank);
}

/** After these nobody waits for the parcel any more. */
export function isDeliveryEnd(status: string): boolean {
  return isTrackingStatus(status) && tracking[status].is_end;
}

/** The events that may come when the order itself has ended long ago. */
export const deliveryEvents: readonly string[] = [
  ...statuses.flatMap((status) => tracking[status].event ?? []),
  OVERDUE_EVENT,
];
