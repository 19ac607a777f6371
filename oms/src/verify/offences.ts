import type { InvariantNumber } from './report.ts';

/** The ways in which an invariant can be broken, and what to do about each. */
export const offences = {
  state_disagrees: {
    invariant: 1,
    advice:
      'Only a statement behind the service’s back does this. Compare with its events, then mend the row.',
  },
  order_lost: {
    invariant: 1,
    advice: 'The sweep restarts it after five minutes. If it does not, the log of the worker tells why.',
  },
  total_differs: {
    invariant: 2,
    advice: 'Find the statement that changed the order or its lines; the event order.accepted has the total.',
  },
  ledger_wrong: {
    invariant: 2,
    advice: 'Compare with the payment at the provider, whose list decides, and add the missing entry.',
  },
  not_captured_once: {
    invariant: 2,
    advice: 'Look the order up at the provider: refund what was taken too much, collect what was not taken.',
  },
  money_kept: { invariant: 2, advice: 'Refund it at the provider; npm run reconcile -- --repair does.' },
  hold_left: { invariant: 2, advice: 'Cancel the payment intent at the provider, which frees the money.' },
  ledger_differs: {
    invariant: 2,
    advice: 'The provider’s list decides. Was the payment changed there by hand, or is this another account?',
  },
  payment_unknown: {
    invariant: 2,
    advice: 'Does another database use this account, or was this one restored? Refund or cancel the payment.',
  },
  stock_differs: {
    invariant: 3,
    advice: 'Count the shelf, then mend the row to what reservations and sales say.',
  },
  reservation_left: { invariant: 3, advice: 'The sweep frees it when its time is over.' },
  parcel_missing: { invariant: 4, advice: 'Book the parcel by hand, or refund the customer.' },
  parcel_left: { invariant: 4, advice: 'Refund the parcel at the carrier before it is picked up.' },
  parcel_twice: { invariant: 4, advice: 'Refund the parcels at the carrier that the order does not name.' },
  parcel_differs: { invariant: 4, advice: 'The carrier’s list decides. Was it changed there by hand?' },
  parcel_unknown: {
    invariant: 4,
    advice: 'Does another database use this account, or was this one restored? Refund the parcel.',
  },
  events_gap: {
    invariant: 5,
    advice: 'Events are only ever added: find the statement that removed or made one.',
  },
  events_begin_wrong: { invariant: 5, advice: 'Find the statement that changed the first event.' },
  events_end_wrong: {
    invariant: 5,
    advice: 'The end and its event are written together: find what wrote but one.',
  },
  key_astray: { invariant: 6, advice: 'The answer that this key repeats is about no order: remove the key.' },
  keys_many: { invariant: 6, advice: 'Two requests were answered with one order: tell the callers.' },
  key_missing: {
    invariant: 6,
    advice: 'A request repeated now would make a second order: put the key back.',
  },
} as const satisfies Record<string, { invariant: InvariantNumber; advice: string }>;

export type OffenceKind = keyof typeof offences;
