import type pg from 'pg';
import { compareMoney, compareParcels } from '../../src/verify/compare.ts';
import { offences as kinds, type OffenceKind } from '../../src/verify/offences.ts';
import type { InvariantNumber } from '../../src/verify/report.ts';
import { takeSnapshot } from '../../src/verify/snapshot.ts';
import type { Store } from './database/pool.ts';
import type { ServiceParts } from './service.ts';
import type { Told } from './shop.ts';

/** Something that the six invariants forbid. */
export interface Found {
  kind:
    | OffenceKind
    | 'not_ended'
    | 'answers_differ'
    | 'workflow_failed'
    | 'left_to_the_sweep'
    | 'without_a_key';
  invariant: InvariantNumber;
  /** The order's place in the scenario; undefined where it is about no order. */
  order: number | undefined;
  detail: string;
}

/** The six invariants, as `npm run verify` checks them, and what only the shops and the engine can know. */
export async function check(
  { world, store, journal, stripe, easypost, rescued }: ServiceParts,
  told: ReadonlyMap<number, Told>,
): Promise<Found[]> {
  const snapshot = await takeSnapshot(calmPool(store), []);
  const ended = new Set(snapshot.ended.map(({ id }) => id));
  const payments = stripe.list();
  const parcels = easypost.list();
  const found: Found[] = [
    ...snapshot.offences,
    ...snapshot.ended.flatMap((order) => [
      ...compareMoney(order, payments.get(order.id) ?? []),
      ...compareParcels(order, parcels.get(order.id) ?? []),
    ]),
  ].map(({ kind, subject, detail }) => ({
    ...{ kind, invariant: kinds[kind].invariant, order: world.orderOf(subject), detail },
  }));
  for (const [order, { id, answers }] of told) {
    if (id === undefined) continue;
    if (!ended.has(id)) {
      found.push({ kind: 'not_ended', invariant: 1, order, detail: `${id} has not ended, or is not there.` });
    }
    if (new Set(answers).size > 1) {
      const detail = `Requests with one key got ${new Set(answers).size} answers.`;
      found.push({ kind: 'answers_differ', invariant: 6, order, detail });
    }
  }
  const known = new Set([...told.values()].map(({ id }) => id));
  for (const id of [...payments.keys(), ...parcels.keys()]) {
    if (ended.has(id) || known.has(id)) continue;
    found.push({
      kind: 'payment_unknown',
      invariant: 2,
      order: world.orderOf(id),
      detail: `${id} is no order.`,
    });
  }
  for (const [id, operation] of stripe.keyless) {
    const detail = `${operation} came without an idempotency key.`;
    found.push({ kind: 'without_a_key', invariant: 2, order: world.orderOf(id), detail });
  }
  if (rescued > 0) {
    const detail = `The sweep found ${rescued} orders that nothing carried.`;
    found.push({ kind: 'left_to_the_sweep', invariant: 1, order: undefined, detail });
  }
  for (const { workflow_id, error } of journal.defects) {
    const order = world.orderOf(workflow_id.slice('order-'.length));
    found.push({ kind: 'workflow_failed', invariant: 1, order, detail: String(error) });
  }
  return found;
}

/** A pool on the store outside of the simulated world, where nothing goes wrong. */
export function calmPool(store: Store): pg.Pool {
  const pool = {
    async query(text: string, bindings: readonly unknown[] = []) {
      const connection = store.connect();
      try {
        return await connection.query(store.prepare(text, bindings));
      } finally {
        connection.release();
      }
    },
    connect: async () => {
      const connection = store.connect();
      return {
        query: async (text: string, bindings: readonly unknown[] = []) =>
          connection.query(store.prepare(text, bindings)),
        release: () => connection.release(),
      };
    },
  };
  return pool as unknown as pg.Pool;
}
