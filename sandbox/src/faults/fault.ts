import type { AnswerName } from './answers.ts';

export const OPERATION_NAMES = [
  'payment_intents.create',
  'payment_intents.confirm',
  'payment_intents.capture',
  'payment_intents.cancel',
  'payment_intents.retrieve',
  'payment_intents.search',
  'payment_intents.list',
  'refunds.create',
  'refunds.retrieve',
  'refunds.list',
  'shipments.create',
  'shipments.buy',
  'shipments.refund',
  'shipments.retrieve',
  'shipments.list',
  'trackers.retrieve',
  'trackers.list',
  'webhooks.create',
  'webhooks.list',
  'webhooks.delete',
] as const;
export type OperationName = (typeof OPERATION_NAMES)[number];

export const FAULT_KINDS = [
  'fail_before',
  'fail_after',
  'hang_before',
  'hang_after',
  'drop_before',
  'drop_after',
  'slow',
  'drip',
  'answer',
  'answer_unacted',
  'outcome',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What an operation can do instead of what it was asked for. Its answer, and every later one, says so. */
export const OUTCOMES: { readonly [name in OperationName]?: readonly Outcome[] } = {
  'payment_intents.create': ['unchanged'],
  'payment_intents.confirm': ['unchanged'],
  'payment_intents.capture': ['unchanged'],
  'payment_intents.cancel': ['unchanged'],
  'payment_intents.search': ['lagging'],
  'refunds.create': ['pending', 'failed'],
  'shipments.buy': ['unchanged'],
  'shipments.refund': ['unchanged', 'rejected', 'not_applicable'],
};
export type Outcome = 'unchanged' | 'lagging' | 'pending' | 'failed' | 'rejected' | 'not_applicable';

/** Which of the operation's requests are struck; every one when nothing is said. */
export interface FaultChoice {
  /** Ordinals, counted from 1 over the requests that the order has seen. */
  nth?: number[];
  /** The first so many. */
  first?: number;
  /** A part of them, 0 to 1, the same ones for the same seed. */
  share?: number;
  seed?: number;
  /** Only the requests about this order. */
  order_id?: string;
}

export interface Fault {
  operation: OperationName | '*';
  kind: FaultKind;
  on?: FaultChoice;
  /** Strikes at most so often. */
  times?: number;
  /** `slow`: the wait before acting. `hang_…`: before the connection is cut. `drip`: before each byte. `outcome`
   *  `pending`: until the refund has succeeded; without it, never. `lagging`: how old an intent must be to be found. */
  delay_ms?: number;
  /** `fail_…`: what is answered. Default 503 before, 500 after. */
  status?: number;
  /** `fail_…`: the header `Retry-After`. */
  retry_after_s?: number;
  /** `fail_…`: the failure is stored under the request's idempotency key, as Stripe does once it has begun to act. */
  kept?: boolean;
  /** `answer…`: what is sent with the status of success. */
  answer?: AnswerName;
  /** `outcome`: what is done instead. */
  outcome?: Outcome;
}

export interface FaultOrder extends Fault {
  id: string;
  /** Requests that it was asked about. */
  seen: number;
  /** Requests that it struck. */
  fired: number;
}

export const FAULTS_MAX = 100;
export const DELAY_MS_MAX = 120_000;
export const FAILURE_STATUSES = [401, 402, 403, 404, 409, 422, 429, 500, 502, 503, 504] as const;
export const RETRY_AFTER_S_MAX = 86_400;

export function concerns(fault: FaultOrder, operation: OperationName): boolean {
  if (fault.operation !== '*' && fault.operation !== operation) return false;
  return fault.times === undefined || fault.fired < fault.times;
}

/** Whether the order strikes the request that it has just counted as its `seen`-th. */
export function strikes(fault: FaultOrder): boolean {
  const on = fault.on;
  if (!on) return true;
  if (on.nth && !on.nth.includes(fault.seen)) return false;
  if (on.first !== undefined && fault.seen > on.first) return false;
  return on.share === undefined || chance(on.seed ?? 1, fault.seen) < on.share;
}

/** Mulberry32: an even number in [0, 1) from a seed and an ordinal. */
function chance(seed: number, ordinal: number): number {
  let state = (Math.imul(seed, 0x9e3779b1) + Math.imul(ordinal, 0x6d2b79f5)) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
}
