/** Where a parcel can be moved to, and from where. Those that nothing follows are the end of its way. */
export const moves = {
  in_transit: { message: 'Departed facility', from: ['pre_transit'] },
  out_for_delivery: { message: 'Out for delivery', from: ['pre_transit', 'in_transit'] },
  delivered: { message: 'Delivered', from: ['pre_transit', 'in_transit', 'out_for_delivery'] },
  return_to_sender: {
    message: 'Returned to sender',
    from: ['pre_transit', 'in_transit', 'out_for_delivery'],
  },
  failure: { message: 'Could not be delivered', from: ['pre_transit', 'in_transit', 'out_for_delivery'] },
} as const satisfies Record<string, { message: string; from: readonly string[] }>;

export type Move = keyof typeof moves;

export function isMove(status: unknown): status is Move {
  return typeof status === 'string' && Object.hasOwn(moves, status);
}

/** One entry of `scans`. */
export interface Scan {
  status: Move;
  at_ms: number;
}

/** https://docs.easypost.com/docs/trackers#trackingdetail-object */
export function toTrackingDetail({ status, at_ms }: Scan): object {
  return {
    object: 'TrackingDetail',
    message: moves[status].message,
    description: '',
    status,
    status_detail: 'status_update',
    datetime: new Date(at_ms).toISOString().replace(/\.\d+Z$/, 'Z'),
    source: 'Sandbox',
    carrier_code: '',
    tracking_location: { object: 'TrackingLocation', city: null, state: null, country: null, zip: null },
  };
}
