import { transaction } from '@oms/kit/postgres/transaction.ts';
import type pg from 'pg';
import { stages } from '../orders/order.ts';
import { deliveryEvents } from '../shipping/tracking.ts';
import { type EndedOrder, toEndedOrder } from './compare.ts';
import { offences as kinds } from './offences.ts';
import type { InvariantNumber, Offence } from './report.ts';
import {
  countOrders,
  findEventFaults,
  findKeyCountFaults,
  findKeysAstray,
  findLost,
  findReservationsLeft,
  findStateFaults,
  findStockFaults,
  findTotalFaults,
  type ICountOrdersResult,
  type IFindEventFaultsResult,
  type IFindStockFaultsResult,
  readEnded,
} from './verify.queries.ts';

/** The database's part, all of one moment. */
export interface Snapshot {
  offences: Offence[];
  /** Invariants of which a check stopped at its limit, so that there may be more. */
  cut: Set<InvariantNumber>;
  ended: EndedOrder[];
  counts: ICountOrdersResult;
}

/** Most offenders that one check lists. */
const LIMIT = 1_000;
const PAGE_SIZE = 5_000;

/** @param carried_elsewhere the orders that an engine outside of the database carries */
export async function takeSnapshot(pool: pg.Pool, carried_elsewhere: string[]): Promise<Snapshot> {
  return transaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const [counts] = await countOrders.run(undefined, client);
    const offences: Offence[] = [];
    const cut = new Set<InvariantNumber>();
    for (const check of [
      () => checkEnds(client, carried_elsewhere),
      () => checkTotals(client),
      () => checkStock(client),
      () => checkEvents(client),
      () => checkKeys(client),
    ]) {
      for (const found of await check()) {
        offences.push(...found);
        if (found.length >= LIMIT) cut.add(kinds[found[0]!.kind].invariant);
      }
    }
    return { offences, cut, ended: await readAllEnded(client), counts: counts! };
  });
}

/** What each of the check's statements found. */
type Found = Offence[][];

async function checkEnds(client: pg.PoolClient, carried_elsewhere: string[]): Promise<Found> {
  const rules = { stages: Object.keys(stages), statuses: Object.values(stages).map(({ status }) => status) };
  const disagreeing = await findStateFaults.run({ ...rules, limit: LIMIT }, client);
  const carried = [...(await findCarried(client)), ...carried_elsewhere];
  const lost = await findLost.run({ carried, limit: LIMIT }, client);
  return [
    disagreeing.map(({ id, status, stage, ended_at }) => {
      const end = ended_at ? `ended at ${ended_at.toISOString()}` : 'not ended';
      return fault('state_disagrees', id, `Status ${status}, stage ${stage} and ${end} do not fit.`);
    }),
    lost.map(({ id, stage, updated_at }) =>
      fault('order_lost', id, `It is ${stage} since ${updated_at.toISOString()}, and nothing carries it.`),
    ),
  ];
}

async function checkTotals(client: pg.PoolClient): Promise<Found> {
  const differing = await findTotalFaults.run({ limit: LIMIT }, client);
  return [
    differing.map(({ id, total_amount, lines_amount }) =>
      fault('total_differs', id, `Its total is ${total_amount}, and its lines add up to ${lines_amount}.`),
    ),
  ];
}

/** Orders whose workflow is under way on the embedded engine, which makes its tables at its first launch. */
async function findCarried(client: pg.PoolClient): Promise<string[]> {
  const { rows: found } = await client.query(`SELECT to_regclass('dbos.workflow_status') AS "table"`);
  if (found[0].table === null) return [];
  const { rows } = await client.query(
    `SELECT substr(workflow_uuid, length('order-') + 1) AS order_id FROM dbos.workflow_status
     WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED') AND workflow_uuid LIKE 'order-%'`,
  );
  return rows.map(({ order_id }) => order_id);
}

async function checkStock(client: pg.PoolClient): Promise<Found> {
  const differing = await findStockFaults.run({ limit: LIMIT }, client);
  const left = await findReservationsLeft.run({ limit: LIMIT }, client);
  return [
    differing.map((row) => fault('stock_differs', row.sku, describeStock(row))),
    left.map(({ id, status, skus }) =>
      fault('reservation_left', id, `It is ${status}, yet stock of ${skus} SKUs is still set aside for it.`),
    ),
  ];
}

function describeStock({
  received,
  on_hand,
  reserved,
  sold,
  set_aside,
  gone,
}: IFindStockFaultsResult): string {
  if (received === null) return `It has no row of stock, yet ${set_aside} are set aside and ${gone} sold.`;
  const kept = `received ${received}, on hand ${on_hand}, reserved ${reserved}, sold ${sold}`;
  return `Its row says ${kept}; orders have ${set_aside} set aside and ${gone} sold.`;
}

/** What may yet be told of an order that has ended. */
const AFTER_END = ['order.deleted', 'order.reconciled', ...deliveryEvents];

async function checkEvents(client: pg.PoolClient): Promise<Found> {
  return [(await findEventFaults.run({ after_end: AFTER_END, limit: LIMIT }, client)).map(describeEvents)];
}

function describeEvents(row: IFindEventFaultsResult): Offence {
  const { id, status, version, events, last, first_type, end_type, has_gap, begins_wrong } = row;
  if (has_gap) {
    return fault('events_gap', id, `It has ${events} events up to ${last ?? 0}, and should have ${version}.`);
  }
  if (begins_wrong) return fault('events_begin_wrong', id, `Its first event is ${first_type}.`);
  return fault(
    'events_end_wrong',
    id,
    `It is ${status}; its end's event is ${end_type ?? 'missing'}, or not the last.`,
  );
}

async function checkKeys(client: pg.PoolClient): Promise<Found> {
  const astray = await findKeysAstray.run({ limit: LIMIT }, client);
  const miscounted = await findKeyCountFaults.run({ limit: LIMIT }, client);
  return [
    astray.map(({ key, order_id }) =>
      fault('key_astray', key, `It names ${order_id ?? 'no order'}, which is none.`),
    ),
    miscounted.map(({ id, keys }) =>
      keys === 0
        ? fault('key_missing', id, 'No Idempotency-Key is kept for it.')
        : fault('keys_many', id, `${keys} Idempotency-Keys name it.`),
    ),
  ];
}

async function readAllEnded(client: pg.PoolClient): Promise<EndedOrder[]> {
  const ended: EndedOrder[] = [];
  for (let after = ''; ; after = ended.at(-1)!.id) {
    const rows = await readEnded.run({ after, limit: PAGE_SIZE }, client);
    for (const row of rows) ended.push(toEndedOrder(row));
    if (rows.length < PAGE_SIZE) return ended;
  }
}

function fault(kind: Offence['kind'], subject: string, detail: string): Offence {
  return { kind, subject, detail };
}
