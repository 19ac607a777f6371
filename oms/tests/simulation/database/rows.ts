import type { IPutProductParams } from '../../../src/inventory/inventory.queries.ts';
import type { IRequestCancelParams } from '../../../src/orders/orders.queries.ts';
import { duplicate, type Transaction, violation } from './database.ts';
import type { EntryRow, OrderRow } from './tables.ts';

type Changes = Partial<OrderRow>;

/** Changes an order: each change is one version. */
export function changeOrder(transaction: Transaction, order: OrderRow, changes: Changes) {
  const changed = { ...order, ...changes, version: order.version + 1, updated_at: new Date() };
  const isEnded = changed.status === 'completed' || changed.status === 'cancelled';
  if (isEnded !== (changed.ended_at !== null)) throw violation('ended_has_a_time');
  transaction.put('orders', order.id, changed);
  return changed;
}

/** Writes the event of the order's newest version. */
export function addEvent(
  transaction: Transaction,
  { id, version }: { id: string; version: number },
  type: string,
  data: unknown = {},
) {
  const events = transaction.get('order_events', id) ?? [];
  if (events.some(({ sequence }) => sequence === version)) throw duplicate('order_events_pkey');
  transaction.put('order_events', id, [...events, { sequence: version, type, data }]);
  return { sequence: version };
}

export const NO_ATTENTION = {
  attention_code: null,
  attention_step: null,
  attention_detail: null,
  attention_since: null,
  waiting_for: null,
  waiting_since: null,
} as const satisfies Changes;

/** An order that a statement changes: locked, and as it is now. */
export function lockedOrder(transaction: Transaction, id: string): OrderRow | undefined {
  const order = transaction.get('orders', id);
  if (order) transaction.lock('orders', id);
  return order;
}

/** The request that a row is written for, as statements are given it. */
type Given = Pick<IRequestCancelParams, 'traceparent' | 'request_id'>;

export function traceOf({ traceparent, request_id }: Given) {
  return { traceparent: traceparent ?? null, request_id: request_id ?? null };
}

export function enqueue(transaction: Transaction, order_id: string, kind: string, given: Given = {}): void {
  const id = transaction.nextId();
  transaction.put('outbox', String(id), { id, order_id, kind, ...traceOf(given) });
}

export function entriesOf(transaction: Transaction, id: string): readonly EntryRow[] | null {
  return transaction.get('payment_entries', id) ?? null;
}

export function byText<Key extends string>(key: Key) {
  return (one: Record<Key, string>, other: Record<Key, string>) => (one[key] < other[key] ? -1 : 1);
}

type Conditions = Pick<
  IPutProductParams,
  'must_exist' | 'must_not_exist' | 'if_versions' | 'if_not_versions'
>;

/** Whether a row may be written: of this version, or of none. */
export function isMet(conditions: Conditions, version: number | undefined): boolean {
  if (version === undefined) return !conditions.must_exist;
  if (conditions.must_not_exist) return false;
  const { if_versions, if_not_versions } = conditions;
  return (if_versions?.includes(version) ?? true) && !if_not_versions?.includes(version);
}
