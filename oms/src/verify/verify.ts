import { setTimeout as delay } from 'node:timers/promises';
import { createPool } from '@oms/kit/postgres/pool.ts';
import type pg from 'pg';
import { compareMoney, compareParcels } from './compare.ts';
import type { Account } from './lists.ts';
import { type Intent, type Parcel, readParcels, readPayments } from './providers.ts';
import { type Checked, type Offence, type Report, toReport } from './report.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { findKnown } from './verify.queries.ts';

export interface VerifyOptions {
  database_url: string;
  stripe: Account;
  easypost: Account;
  /** The orders that an engine outside of the database carries. */
  findCarried?: () => Promise<string[]>;
  /** How long to wait before an apparent offence is looked at again. Default 1 s. */
  recheck_delay_ms?: number;
}

/** The check itself could not be made. */
export class VerifyError extends Error {}

const RECHECK_DELAY_MS = 1_000;
const STATEMENT_TIMEOUT_MS = 10 * 60 * 1_000;

/**
 * Checks the six invariants on a live system, against the providers' own lists.
 *
 * The database is read as of one moment and the providers after it, so they may be ahead. Whatever looks
 * wrong is looked at a second time, and only what is wrong both times counts.
 */
export async function verify(options: VerifyOptions): Promise<Report> {
  const pool = createPool({
    url: options.database_url,
    max: 1,
    application_name: 'verify',
    statement_timeout_ms: STATEMENT_TIMEOUT_MS,
  });
  try {
    const first = await look(pool, options);
    if (first.offences.length === 0) return toReport([], first, new Date());
    await delay(options.recheck_delay_ms ?? RECHECK_DELAY_MS);
    const second = await look(pool, options);
    const before = new Set(first.offences.map(identify));
    const confirmed = second.offences.filter((offence) => before.has(identify(offence)));
    return toReport(confirmed, second, new Date());
  } finally {
    await pool.end();
  }
}

function identify({ kind, subject }: Offence): string {
  return `${kind} ${subject}`;
}

async function look(pool: pg.Pool, { stripe, easypost, findCarried }: VerifyOptions) {
  const snapshot = await takeSnapshot(pool, (await findCarried?.()) ?? []);
  const [payments, parcels] = await Promise.all([
    listed('payment provider', stripe, readPayments(stripe)),
    listed('carrier', easypost, readParcels(easypost)),
  ]);
  const offences = [
    ...snapshot.offences,
    ...snapshot.ended.flatMap((order) => [
      ...compareMoney(order, payments.get(order.id) ?? []),
      ...compareParcels(order, parcels.get(order.id) ?? []),
    ]),
    ...(await findUnknown(pool, snapshot, payments, parcels)),
  ];
  return {
    offences,
    cut: snapshot.cut,
    checked: describeChecked(snapshot, payments, parcels),
    orders: countOf(snapshot),
  };
}

async function listed<Facts>(whose: string, { url }: Account, facts: Promise<Facts>): Promise<Facts> {
  try {
    return await facts;
  } catch (cause) {
    const place = url === undefined ? '' : ` at ${url}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VerifyError(`The list of the ${whose}${place} cannot be read: ${reason}`, { cause });
  }
}

/** Payments and parcels for orders that we do not have. */
async function findUnknown(
  pool: pg.Pool,
  { ended }: Snapshot,
  payments: Map<string, Intent[]>,
  parcels: Map<string, Parcel[]>,
): Promise<Offence[]> {
  const known = new Set(ended.map(({ id }) => id));
  const ids = [...new Set([...payments.keys(), ...parcels.keys()])].filter((id) => !known.has(id));
  // Read now rather than as of the snapshot: an order is there before its payment is.
  for (const { id } of await findKnown.run({ ids }, pool)) known.add(id);
  return ids
    .filter((id) => !known.has(id))
    .flatMap((order_id) => {
      const detail = `It is for ${order_id}, which is no order here.`;
      return [
        ...(payments.get(order_id) ?? []).map(({ id }) => ({
          kind: 'payment_unknown' as const,
          subject: id,
          detail,
        })),
        ...(parcels.get(order_id) ?? []).map(({ id }) => ({
          kind: 'parcel_unknown' as const,
          subject: id,
          detail,
        })),
      ];
    });
}

function describeChecked(
  { counts, ended }: Snapshot,
  payments: Map<string, Intent[]>,
  parcels: Map<string, Parcel[]>,
): Checked {
  const size = (lists: Map<string, unknown[]>) =>
    [...lists.values()].reduce((sum, list) => sum + list.length, 0);
  return {
    1: `${counts.orders} orders`,
    2: `${ended.length} ended orders, ${size(payments)} payments of the provider`,
    3: `${counts.skus} SKUs`,
    4: `${ended.length} ended orders, ${size(parcels)} live parcels of the carrier`,
    5: `${counts.events} events of ${counts.orders} orders`,
    6: `${counts.keys} keys`,
  };
}

function countOf({ counts }: Snapshot): Report['orders'] {
  const { completed, cancelled, in_flight, attention } = counts;
  return { completed, cancelled, in_flight, attention };
}
