import type { NewOrder } from '../../oms/src/generated/contract/types.gen.ts';

/** What a client knows of one order that it wanted: what it asked for under one key, and what it was answered. */
export interface Entry {
  key: string;
  wanted: NewOrder;
  /** The ids that 2xx answers to this key named: one, when all is well. */
  order_ids: Set<string>;
  /** The answers themselves, when they differ though the key is the same. */
  answers: Set<string>;
  accepted_at_ms: number | undefined;
  /** The code of the final refusal. */
  refused: string | undefined;
  /** Of the answer that took the request to cancel it. */
  cancel_accepted: boolean;
  /** The total that the last answered amendment named. */
  amended_total: number | undefined;
}

/** An order as the API tells it when all is over. */
export interface FoundOrder {
  id: string;
  status: string;
  total_amount: number;
  /** Types of its events. */
  events: string[];
}

export interface Complaint {
  key: string;
  what: string;
}

export function newEntry(key: string, wanted: NewOrder): Entry {
  return {
    ...{ key, wanted, order_ids: new Set<string>(), answers: new Set<string>() },
    ...{ accepted_at_ms: undefined, refused: undefined, cancel_accepted: false, amended_total: undefined },
  };
}

const ENDS = ['order.completed', 'order.cancelled'];

/**
 * Holds what the clients were told against what the service has in the end. Every request was repeated until it was
 * answered, so an order that no client knows is one that was taken twice.
 */
export function checkBook(entries: readonly Entry[], found: readonly FoundOrder[]): Complaint[] {
  const by_id = new Map(found.map((order) => [order.id, order]));
  const known = new Set(entries.flatMap((entry) => [...entry.order_ids]));
  const unknown = found
    .filter(({ id }) => !known.has(id))
    .map(({ id }) => ({ key: '?', what: `no client was told of ${id}: a key was taken twice` }));
  return [...entries.flatMap((entry) => complaintsOf(entry, by_id)), ...unknown];
}

function complaintsOf(entry: Entry, by_id: Map<string, FoundOrder>): Complaint[] {
  const { key, order_ids, answers, refused, cancel_accepted, amended_total } = entry;
  const [id, ...more] = order_ids;
  const complain = (what: string) => ({ key, what });
  if (id === undefined) {
    return refused === undefined
      ? [complain('it was never answered')]
      : [complain(`it was refused: ${refused}`)];
  }
  const complaints: Complaint[] = [];
  if (more.length > 0) complaints.push(complain(`its one key has the orders ${[id, ...more].join(', ')}`));
  if (answers.size > 1) complaints.push(complain(`its repeated request was answered otherwise for ${id}`));
  const order = by_id.get(id);
  if (!order) return [...complaints, complain(`the accepted order ${id} is lost`)];
  const ends = order.events.filter((type) => ENDS.includes(type));
  if (ends.length !== 1 || ends[0] !== `order.${order.status}`) {
    const told = ends.length === 0 ? 'none' : ends.join(', ');
    complaints.push(complain(`${id} is ${order.status}, and its events tell of these ends: ${told}`));
  }
  if (cancel_accepted && order.status !== 'cancelled')
    complaints.push(complain(`${id} is ${order.status} though its cancellation was accepted`));
  if (amended_total !== undefined && amended_total !== order.total_amount)
    complaints.push(complain(`${id} has the total ${order.total_amount}, not the amended ${amended_total}`));
  return complaints;
}
