import { hash } from 'node:crypto';
import { firstOrderIdAt } from '../orders/identity.ts';
import { compareMoney, compareParcels, toEndedOrder } from '../verify/compare.ts';
import { type Account, type PageOptions, parcelList, paymentLists, type ReadPage } from '../verify/lists.ts';
import { findKnown, readEnded } from '../verify/verify.queries.ts';
import type { Keepers } from './books.ts';
import { examine } from './examine.ts';
import { countEnded, readNow } from './reconcile.queries.ts';
import type { Phase, Run, State } from './state.ts';

export interface ReconcileOptions extends Keepers {
  /** Which database it is, so that a run goes on only with the same. */
  database: string;
  stripe: Account;
  easypost: Account;
  /** Only orders that were placed at this time or later. */
  since?: Date | undefined;
  /** Mends what can be mended safely. */
  repair: boolean;
  /** Begins anew, even where a run could go on. */
  restart: boolean;
  /** Stops between two pages; what is done so far is kept. */
  stopped: AbortSignal;
  show: Show;
  /** Items of a page of a provider's list. */
  page_size?: number;
}

export interface Show {
  /** Says how the run begins. */
  begin(text: string): void;
  /** Shows a stage of the work while it goes on, and in the end what the work says of itself. */
  stage(
    name: string,
    total: number,
    work: (advance: (count?: number) => void) => Promise<string>,
  ): Promise<void>;
}

/** What was compared, and how much of it. */
export interface Compared {
  orders: number;
  payments: number;
  refunds: number;
  parcels: number;
  /** Orders that have not ended yet, which are not compared. */
  in_flight: number;
}

/** The run was told to stop, or could not go on; the same command goes on with it. */
export class Unfinished extends Error {}

const RUN_AGE_MS_MAX = 24 * 60 * 60 * 1000;
/** Clocks of providers may be so far behind ours. */
const CLOCK_SKEW_MS = 60 * 60 * 1000;
const ORDERS_PAGE = 500;

/**
 * Compares all ended orders with the providers' lists: payments, refunds, holds and parcels.
 *
 * The lists are read into the state's file first, page by page, then orders are compared with them. Orders
 * that ended before the run began are complete in lists that were read after. What seems to differ is looked
 * at once more, record by record, before it counts.
 */
export async function reconcile(options: ReconcileOptions, state: State): Promise<Compared> {
  const run = await beginOrGoOn(options, state);
  const first_id = run.since ? firstOrderIdAt(run.since.getTime()) : '';
  const [counts] = await countEnded.run({ ended_before: run.started_at, first_id }, options.pool);
  const work = {
    ...options,
    state,
    since: run.since && new Date(Math.max(0, run.since.getTime() - CLOCK_SKEW_MS)),
  };
  const { payments, refunds } = paymentLists(options.stripe);
  await readList(work, 'payments', counts!.payments, payments, (items) => state.keepPayments(items));
  await readList(work, 'refunds', counts!.refunds, refunds, (items) => state.keepRefunds(items));
  const parcels = parcelList(options.easypost);
  await readList(work, 'parcels', counts!.parcels, parcels, (items) => state.keepParcels(items));
  await compareOrders(work, run, first_id, counts!.orders);
  await findStrangers(work);
  await examineSuspects(work);
  return {
    orders: state.cursor('orders').count,
    payments: state.cursor('payments').count,
    refunds: state.cursor('refunds').count,
    parcels: state.cursor('parcels').count,
    in_flight: counts!.in_flight,
  };
}

async function beginOrGoOn(options: ReconcileOptions, state: State): Promise<Run> {
  const { pool, database, stripe, easypost, since, restart, show } = options;
  const subject = hash('sha256', JSON.stringify([database, stripe, easypost]));
  const begun = state.run();
  if (begun && !restart) {
    const isSame = begun.subject === subject && begun.since?.getTime() === since?.getTime();
    const isYoung = Date.now() - begun.started_at.getTime() < RUN_AGE_MS_MAX;
    const of = `the run of ${begun.started_at.toISOString()}, which was interrupted`;
    if (isSame && isYoung) {
      show.begin(`Goes on with ${of}.`);
      return begun;
    }
    show.begin(`Begins anew: ${of}, ${isSame ? 'is too old' : 'was of something else'}.`);
  }
  const [clock] = await readNow.run(undefined, pool);
  const run = { started_at: clock!.now, subject, since };
  state.begin(run);
  return run;
}

interface Work extends ReconcileOptions {
  state: State;
}

async function readList<Item>(
  work: Work,
  phase: Phase,
  total: number,
  readPage: ReadPage<Item>,
  keep: (items: Item[]) => void,
): Promise<void> {
  const { since, page_size: size } = work;
  await paged(work, phase, total, async (after) => {
    const options: PageOptions = { after, since, size };
    const { items, next } = await readPage(options).catch((cause) => {
      throw new Unfinished(`The provider's list of ${phase} cannot be read: ${cause.message}`, { cause });
    });
    return { count: items.length, next, keep: () => keep(items) };
  });
}

/** Keeps the orders that do not agree with the lists. */
async function compareOrders(work: Work, run: Run, first_id: string, total: number): Promise<void> {
  const { pool, state } = work;
  await paged(work, 'orders', total, async (after = '') => {
    // Every id that is one begins after the lowest of its time.
    const parameters = { after: after || first_id, ended_before: run.started_at, limit: ORDERS_PAGE };
    const rows = await readEnded.run(parameters, pool);
    const suspects = rows.map(toEndedOrder).filter((order) => {
      const money = compareMoney(order, state.payments(order.id));
      return money.length > 0 || compareParcels(order, state.parcels(order.id)).length > 0;
    });
    const next = rows.length < ORDERS_PAGE ? undefined : rows.at(-1)!.id;
    const keep = () => suspects.forEach(({ id }) => void state.suspect(id));
    return { count: rows.length, next, keep };
  });
}

/** Keeps payments and parcels for orders that we do not have. */
async function findStrangers(work: Work): Promise<void> {
  const { pool, state } = work;
  await paged(
    work,
    'strangers',
    Math.max(state.count('payments'), state.count('parcels')),
    async (after = '') => {
      const ids = state.named(after, ORDERS_PAGE);
      const known = new Set((await findKnown.run({ ids }, pool)).map(({ id }) => id));
      const unknown = ids.filter((id) => !known.has(id));
      const keep = () => unknown.forEach((id) => void keepStranger(state, id));
      return { count: ids.length, next: ids.length < ORDERS_PAGE ? undefined : ids.at(-1)!, keep };
    },
  );
}

function keepStranger(state: State, order_id: string): void {
  const detail = `It is for ${order_id}, which is no order here.`;
  for (const { id } of state.payments(order_id)) {
    state.keepFinding({ kind: 'payment_unknown', subject: id, detail, status: 'open' });
  }
  for (const { id } of state.parcels(order_id)) {
    state.keepFinding({ kind: 'parcel_unknown', subject: id, detail, status: 'open' });
  }
}

async function examineSuspects(work: Work): Promise<void> {
  const { state } = work;
  // A run that only listed, and now shall repair, looks at them once more.
  if (work.repair) state.forgetRepairable();
  await paged(work, 'suspects', state.count('suspects'), async (after = '') => {
    const id = state.nextSuspect(after);
    if (id !== undefined) await examine(work, state, id, work);
    return { count: id === undefined ? 0 : 1, next: id, keep() {} };
  });
}

interface PageOfWork {
  count: number;
  next: string | undefined;
  /** Keeps what the page came to, in one transaction with the cursor behind it. */
  keep(): void;
}

const LIST = 'in the provider’s list';
const shown: Record<Phase, { name: string; done: string }> = {
  payments: { name: 'Payments', done: LIST },
  refunds: { name: 'Refunds', done: LIST },
  parcels: { name: 'Parcels', done: LIST },
  orders: { name: 'Orders', done: 'ended orders compared' },
  strangers: { name: 'Strangers', done: 'orders that the lists name' },
  suspects: { name: 'Differences', done: 'orders looked at once more' },
};

async function paged(
  { state, stopped, show }: Work,
  phase: Phase,
  total: number,
  work: (after: string | undefined) => Promise<PageOfWork>,
): Promise<void> {
  const { name, done } = shown[phase];
  await show.stage(name, total, async (advance) => {
    let cursor = state.cursor(phase);
    advance(cursor.count);
    while (!cursor.is_done) {
      if (stopped.aborted) throw new Unfinished('Stopped.');
      const { count, next, keep } = await work(cursor.after);
      cursor = { after: next, count: cursor.count + count, is_done: next === undefined };
      state.transaction(() => {
        keep();
        state.move(phase, cursor);
      });
      advance(count);
    }
    return `${cursor.count} ${done}`;
  });
}
