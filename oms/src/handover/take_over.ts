import { OperatorError } from '@oms/kit/operator_error.ts';
import { transaction } from '@oms/kit/postgres/transaction.ts';
import type pg from 'pg';
import { forgetUnended } from '../engine/embedded/recovery.ts';
import { countLockHolders } from '../engine/process_lock.ts';
import { tracking } from '../shipping/tracking.ts';
import { describeEngine, type EngineInUse, findEngineInUse, isSameEngine } from './engine_in_use.ts';
import { handOverOrders, handOverParcels, writeEngineInUse } from './handover.queries.ts';

export interface Handover {
  /** The previous engine, for display. */
  from: string;
  orders: number;
  parcels: number;
}

export function describeHandover({ from, orders, parcels }: Handover): string {
  const watched = parcels > 0 ? ` and ${parcels} parcels on their way` : '';
  return `${orders} orders under way${watched} were taken over from ${from}`;
}

const FINAL = Object.entries(tracking).flatMap(([status, { is_end }]) => (is_end ? [status] : []));

/**
 * Records which engine processes the orders of this database. If it was another one, hands the running orders over: each
 * is restarted, and its steps skip what is done.
 *
 * @param options.held whether this process already holds the engine's lock
 * @param options.track_deliveries whether the new engine tracks deliveries
 * @returns what was handed over; undefined when the engine is the same
 * @throws OperatorError while a process still runs the other engine
 */
export async function takeOver(
  pool: pg.Pool,
  wanted: EngineInUse,
  { held, track_deliveries }: { held: boolean; track_deliveries: boolean },
): Promise<Handover | undefined> {
  return transaction(pool, async (client) => {
    // Serialises concurrent starts.
    await client.query('LOCK TABLE engine_in_use IN SHARE ROW EXCLUSIVE MODE');
    const known = await findEngineInUse(client);
    await writeEngineInUse.run(wanted, client);
    if (!known || isSameEngine(known, wanted)) return undefined;
    // Our shared lock already excludes the embedded engine's exclusive one; other holders are workers like this one.
    if (!held || known.engine !== 'embedded') await requireIdle(client, known, held ? 1 : 0);
    const [handed] = await handOverOrders.run(undefined, client);
    const [tracked] = track_deliveries ? await handOverParcels.run({ final: FINAL }, client) : [];
    if (known.engine === 'embedded') await forgetUnended(client);
    return { from: describeEngine(known), orders: handed?.orders ?? 0, parcels: tracked?.parcels ?? 0 };
  });
}

async function requireIdle(client: pg.PoolClient, known: EngineInUse, own: number): Promise<void> {
  const others = (await countLockHolders(client)) - own;
  if (others <= 0) return;
  throw new OperatorError(
    `The orders of this database are carried on ${describeEngine(known)}, by ${others === 1 ? 'a process that runs' : `${others} processes that run`}. ` +
      'Stop it first; its orders are then handed over at the next start.',
  );
}
