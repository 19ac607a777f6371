import * as verify from '../../../src/verify/verify.queries.ts';
import type { Transaction } from './database.ts';
import { entriesOf } from './rows.ts';
import { statement } from './statements.ts';

/** What `verify/verify.sql` finds. Orders come by id there; here the limit is never reached. */
export const verifyStatements = [
  statement('CountOrders', verify.countOrders, (transaction) => {
    const orders = all(transaction, 'orders');
    const count = (isOf: (order: (typeof orders)[number]) => boolean) => orders.filter(isOf).length;
    return [
      {
        orders: orders.length,
        completed: count(({ status }) => status === 'completed'),
        cancelled: count(({ status }) => status === 'cancelled'),
        in_flight: count(({ ended_at, attention_code }) => ended_at === null && attention_code === null),
        attention: count(({ attention_code }) => attention_code !== null),
        skus: all(transaction, 'stock').length,
        events: all(transaction, 'order_events').flat().length,
        keys: all(transaction, 'idempotency_keys').filter(({ operation }) => operation === 'createOrder')
          .length,
      },
    ];
  }),

  statement('FindStateFaults', verify.findStateFaults, (transaction, { stages, statuses }) => {
    const rules = new Map(stages.map((stage, index) => [stage, statuses[index]]));
    return all(transaction, 'orders').filter(({ stage, status, ended_at }) => {
      const isEnd = status === 'completed' || status === 'cancelled';
      return rules.get(stage) !== status || (ended_at !== null) !== isEnd;
    });
  }),

  statement('FindLost', verify.findLost, (transaction, { carried }) => {
    const queued = new Set(all(transaction, 'outbox').map(({ order_id }) => order_id));
    return all(transaction, 'orders').filter(
      ({ id, ended_at, attention_code }) =>
        ended_at === null && attention_code === null && !queued.has(id) && !carried.includes(id),
    );
  }),

  statement('FindTotalFaults', verify.findTotalFaults, (transaction) =>
    all(transaction, 'orders').flatMap(({ id, status, total_amount }) => {
      if (status !== 'completed') return [];
      const lines = transaction.get('order_lines', id) ?? [];
      const lines_amount = lines.reduce((sum, { quantity, unit_price }) => sum + quantity * unit_price, 0);
      return lines_amount === total_amount ? [] : [{ id, total_amount, lines_amount }];
    }),
  ),

  statement('ReadEnded', verify.readEnded, (transaction, { after, limit, ended_before = null }) =>
    all(transaction, 'orders')
      .filter(({ id, ended_at }) => ended_at !== null && id > after)
      .filter(({ ended_at }) => ended_before === null || ended_at! < new Date(ended_before))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .slice(0, limit)
      .map(({ id, status, total_amount, currency }) => {
        const shipment = transaction.get('shipments', id);
        return {
          ...{ id, status, total_amount, currency, entries: entriesOf(transaction, id) as never },
          shipment_status: shipment?.status ?? null,
          shipment_id: shipment?.provider_id ?? null,
          tracking_code: shipment?.tracking_code ?? null,
        };
      }),
  ),

  statement('FindKnown', verify.findKnown, (transaction, { ids }) =>
    ids.filter((id) => transaction.get('orders', id)).map((id) => ({ id })),
  ),

  statement('FindStockFaults', verify.findStockFaults, (transaction) => {
    const set_aside = new Map<string, number>();
    const gone = new Map<string, number>();
    const add = (sums: Map<string, number>, { sku, quantity }: { sku: string; quantity: number }) =>
      sums.set(sku, (sums.get(sku) ?? 0) + quantity);
    for (const kept of all(transaction, 'reservations')) for (const row of kept) add(set_aside, row);
    for (const [id, { status }] of transaction.all('orders')) {
      if (status !== 'completed') continue;
      for (const line of transaction.get('order_lines', id) ?? []) add(gone, line);
    }
    return all(transaction, 'stock')
      .map((row) => ({ ...row, set_aside: set_aside.get(row.sku) ?? 0, gone: gone.get(row.sku) ?? 0 }))
      .filter(
        ({ received, on_hand, reserved, sold, set_aside, gone }) =>
          received !== on_hand + sold ||
          reserved < 0 ||
          reserved > on_hand ||
          reserved !== set_aside ||
          sold !== gone,
      );
  }),

  statement('FindReservationsLeft', verify.findReservationsLeft, (transaction) =>
    [...transaction.all('reservations')].flatMap(([id, kept]) => {
      const { ended_at, status } = transaction.get('orders', id)!;
      return ended_at === null ? [] : [{ id, status, skus: kept.length }];
    }),
  ),

  statement('FindEventFaults', verify.findEventFaults, (transaction, { after_end }) =>
    all(transaction, 'orders').flatMap(({ id, status, version, ended_at }) => {
      const told = transaction.get('order_events', id) ?? [];
      const ends = told.filter(({ type }) => type === 'order.completed' || type === 'order.cancelled');
      const last = told.length === 0 ? null : Math.max(...told.map(({ sequence }) => sequence));
      const ofLife = told.filter(({ type }) => !after_end.includes(type)).map(({ sequence }) => sequence);
      // As the statement has it: of several ends the greatest, each for itself.
      const end_type =
        ends
          .map((end) => end.type)
          .toSorted()
          .at(-1) ?? null;
      const end_at = Math.max(...ends.map(({ sequence }) => sequence));
      const first_type = told.find(({ sequence }) => sequence === 1)?.type ?? null;
      const has_gap = told.length !== version || last !== version;
      const begins_wrong = first_type !== 'order.accepted';
      const endsWell =
        ended_at === null
          ? ends.length === 0
          : ends.length === 1 && end_type === `order.${status}` && end_at === Math.max(...ofLife);
      if (!has_gap && !begins_wrong && endsWell) return [];
      return [
        { id, status, version, events: told.length, last, first_type, end_type, has_gap, begins_wrong },
      ];
    }),
  ),

  statement('FindKeysAstray', verify.findKeysAstray, (transaction) =>
    keys(transaction).filter(({ order_id }) => order_id === null || !transaction.get('orders', order_id)),
  ),

  statement('FindKeyCountFaults', verify.findKeyCountFaults, (transaction) => {
    const counts = new Map<string | null, number>();
    for (const { order_id } of keys(transaction)) counts.set(order_id, (counts.get(order_id) ?? 0) + 1);
    const horizon = transaction.get('idempotency_horizon', 'only')?.forgotten_until;
    const since = horizon ? horizon.getTime() + 60 * 60 * 1000 : -Infinity;
    return all(transaction, 'orders')
      .map(({ id, created_at }) => ({ id, created_at, keys: counts.get(id) ?? 0 }))
      .filter(({ keys, created_at }) => keys > 1 || (keys === 0 && created_at.getTime() > since));
  }),
];

function all<Name extends Parameters<Transaction['all']>[0]>(transaction: Transaction, table: Name) {
  return [...transaction.all(table)].map(([, row]) => row);
}

function keys(transaction: Transaction) {
  return all(transaction, 'idempotency_keys')
    .filter(({ operation }) => operation === 'createOrder')
    .map(({ key, body }) => ({ key, order_id: /"id":"([^"]+)"/.exec(body)?.[1] ?? null }));
}
