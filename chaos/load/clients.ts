import { setTimeout as delay } from 'node:timers/promises';
import { newOrders, seeded } from '../../bench/setup/orders.ts';
import type { NewOrder, Order } from '../../oms/src/generated/contract/types.gen.ts';
import { type Complaint, type Entry, newEntry } from './book.ts';
import type { Requests } from './requests.ts';

export interface Load {
  entries: Entry[];
  /** What an answer alone showed to be wrong. */
  complaints: Complaint[];
  counts: { repeated: number; cancels_asked: number; amendments_asked: number; keys_misused: number };
  /** Settles when the last client has its answers. */
  finished: Promise<void>;
}

export interface LoadOptions {
  seed: number;
  orders_per_second: number;
  duration_ms: number;
  requests: Requests;
  stopped: AbortSignal;
}

/** What share of clients does what, beside placing an order. */
const SHARES = { declined: 0.04, repeats: 0.15, cancels: 0.12, amends: 0.06, misuses_key: 0.03 };
/** Clients whose answers do not come; more would measure this process alone. */
const AT_ONCE_MAX = 500;
const TICK_MS = 10;

/** Clients come at random moments, at this rate on average, whether or not the earlier ones are answered. */
export function startLoad({ seed, orders_per_second, duration_ms, requests, stopped }: LoadOptions): Load {
  const chance = seeded(seed);
  const bodies = newOrders(1_000, seed);
  const load: Load = {
    entries: [],
    complaints: [],
    counts: { repeated: 0, cancels_asked: 0, amendments_asked: 0, keys_misused: 0 },
    finished: run(),
  };
  return load;

  async function run(): Promise<void> {
    const under_way = new Set<Promise<void>>();
    const began_ms = performance.now();
    let due_ms = 0;
    // The load is known to the caller before its first client comes.
    await delay(0);
    while (due_ms < duration_ms && !stopped.aborted) {
      while (due_ms <= performance.now() - began_ms && under_way.size < AT_ONCE_MAX) {
        const one = client(load.entries.length).finally(() => under_way.delete(one));
        under_way.add(one);
        due_ms += (-Math.log(1 - chance()) / orders_per_second) * 1000;
      }
      await delay(TICK_MS);
    }
    await Promise.all(under_way);
  }

  async function client(number: number): Promise<void> {
    const isDeclined = chance() < SHARES.declined;
    const wanted: NewOrder = {
      ...bodies[number % bodies.length]!,
      ...(isDeclined && { payment_method: 'pm_card_chargeDeclined' }),
    };
    const also = {
      repeats: chance(),
      cancels: chance(),
      amends: chance(),
      misuses: chance(),
      wait_ms: chance() * 2_000,
    };
    const entry = newEntry(`chaos-${seed}-${number}`, wanted);
    load.entries.push(entry);

    const id = await place(entry);
    if (id === undefined) return;
    if (also.amends < SHARES.amends) await amend(entry, id, bodies[(number + 1) % bodies.length]!);
    if (also.repeats < SHARES.repeats) {
      load.counts.repeated++;
      await place(entry);
    }
    if (also.misuses < SHARES.misuses_key) await misuseKey(entry);
    if (also.cancels >= SHARES.cancels) return;
    await delay(also.wait_ms, undefined, { signal: stopped }).catch(() => {});
    await cancel(entry, id);
  }

  async function place(entry: Entry): Promise<string | undefined> {
    const headers = { 'idempotency-key': entry.key };
    const answer = await requests.untilAnswered('POST', '/api/v1/orders', { body: entry.wanted, headers });
    if (!answer) return undefined;
    if (answer.status >= 300) {
      entry.refused = `${answer.status} ${answer.code}`;
      return undefined;
    }
    const { id } = JSON.parse(answer.text) as Order;
    entry.order_ids.add(id);
    entry.answers.add(answer.text);
    entry.accepted_at_ms ??= Date.now();
    return id;
  }

  async function amend(entry: Entry, id: string, other: NewOrder): Promise<void> {
    load.counts.amendments_asked++;
    const { lines, shipping_address } = other;
    const body = { lines, shipping_address };
    const answer = await requests.untilAnswered('PUT', `/api/v1/orders/${id}`, { body });
    if (answer?.status === 200) entry.amended_total = (JSON.parse(answer.text) as Order).total_amount;
    else if (answer && answer.code !== 'order_not_amendable') blame(entry, 'its amendment', answer);
  }

  async function cancel(entry: Entry, id: string): Promise<void> {
    load.counts.cancels_asked++;
    const headers = { 'idempotency-key': `${entry.key}-cancel` };
    const answer = await requests.untilAnswered('POST', `/api/v1/orders/${id}/cancel`, { headers });
    if (answer?.status === 202) entry.cancel_accepted = true;
    else if (answer && answer.code !== 'order_not_cancellable') blame(entry, 'its cancellation', answer);
  }

  async function misuseKey(entry: Entry): Promise<void> {
    load.counts.keys_misused++;
    const headers = { 'idempotency-key': entry.key };
    const body = { ...entry.wanted, payment_method: 'pm_card_mastercard' };
    const answer = await requests.untilAnswered('POST', '/api/v1/orders', { body, headers });
    if (answer && answer.code !== 'idempotency_key_reused') blame(entry, 'its key with another body', answer);
  }

  function blame(
    entry: Entry,
    what: string,
    { status, code }: { status: number; code: string | undefined },
  ): void {
    load.complaints.push({ key: entry.key, what: `${what} was answered with ${status} ${code ?? ''}` });
  }
}
