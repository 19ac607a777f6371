import * as inventory from '../../../src/inventory/inventory.queries.ts';
import { duplicate, type Transaction, violation } from './database.ts';
import { addEvent, byText, changeOrder, isMet, lockedOrder, NO_ATTENTION } from './rows.ts';
import { statement } from './statements.ts';
import type { StockRow } from './tables.ts';

type StockChange = Partial<Omit<StockRow, 'sku' | 'version'>>;

/** Changes a row of stock under the table's two constraints. */
export function addToStock(transaction: Transaction, sku: string, change: StockChange): void {
  const row = transaction.get('stock', sku)!;
  transaction.lock('stock', sku);
  const changed = { ...row, version: row.version + 1 };
  for (const [name, quantity] of Object.entries(change)) changed[name as keyof StockChange] += quantity;
  if (changed.received !== changed.on_hand + changed.sold) throw violation('stock_adds_up');
  if (changed.reserved < 0 || changed.reserved > changed.on_hand) throw violation('stock_never_oversold');
  transaction.put('stock', sku, changed);
}

/** What `inventory/inventory.sql` does. */
export const inventoryStatements = [
  statement('ReserveStock', inventory.reserveStock, (transaction, { order_id, from, time_to_live_ms }) => {
    const order = lockedOrder(transaction, order_id);
    if (order?.stage !== from || order.cancel_requested_at) return [{ reserved: false, short: null }];
    const wanted = new Map<string, number>();
    for (const { sku, quantity } of transaction.get('order_lines', order_id) ?? []) {
      wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
    }
    const lines = [...wanted].map(([sku, quantity]) => ({ sku, quantity })).toSorted(byText('sku'));
    const short = lines.flatMap(({ sku, quantity }) => {
      const stock = transaction.get('stock', sku)!;
      const available = stock.on_hand - stock.reserved;
      return available < quantity ? [{ sku, quantity, available }] : [];
    });
    if (short.length > 0) return [{ reserved: false, short: short as never }];
    for (const { sku, quantity } of lines) addToStock(transaction, sku, { reserved: quantity });
    const kept = transaction.get('reservations', order_id) ?? [];
    if (kept.some(({ sku }) => wanted.has(sku))) throw duplicate('reservations_pkey');
    const expires_at = new Date(Date.now() + time_to_live_ms);
    const added = lines.map((line) => ({ ...line, expires_at }));
    transaction.put('reservations', order_id, [...kept, ...added]);
    const reserved = changeOrder(transaction, order, { stage: 'reserved', ...NO_ATTENTION });
    addEvent(transaction, reserved, 'order.reserved');
    return [{ reserved: true, short: null }];
  }),

  statement('ReleaseStock', inventory.releaseStock, (transaction, { order_id }) => {
    const kept = transaction.get('reservations', order_id) ?? [];
    if (kept.length === 0) return [];
    for (const { sku, quantity } of kept) addToStock(transaction, sku, { reserved: -quantity });
    transaction.delete('reservations', order_id);
    const order = lockedOrder(transaction, order_id)!;
    if (order.ended_at) return [];
    return [addEvent(transaction, changeOrder(transaction, order, {}), 'order.stock_released')];
  }),

  statement('FindExpired', inventory.findExpired, (transaction, { limit }) => {
    const found: { order_id: string; ended: boolean }[] = [];
    for (const [order_id, kept] of transaction.all('reservations')) {
      const order = transaction.get('orders', order_id)!;
      const isFree = order.ended_at !== null;
      const isHeld =
        ['reserved', 'authorised', 'shipped'].includes(order.stage) && !order.cancel_requested_at;
      const isOld = kept.some(({ expires_at }) => expires_at.getTime() < Date.now());
      if (isOld && (isFree || isHeld)) found.push({ order_id, ended: isFree });
    }
    return found.slice(0, limit);
  }),

  statement('FindPrices', inventory.findPrices, (transaction, { skus }) =>
    skus.flatMap((sku) => {
      const product = transaction.get('products', sku);
      return product ? [{ sku, unit_price: product.unit_price, currency: product.currency }] : [];
    }),
  ),

  statement('PutProduct', inventory.putProduct, (transaction, given) => {
    const { sku, unit_price, currency, name, ...conditions } = given;
    const known = transaction.get('products', sku);
    if (!isMet(conditions, known?.version)) return [];
    const version = (known?.version ?? 0) + 1;
    transaction.put('products', sku, { sku, unit_price, currency, version });
    if (!known)
      transaction.put('stock', sku, { sku, received: 0, on_hand: 0, reserved: 0, sold: 0, version: 1 });
    const now = new Date();
    return [{ sku, name, unit_price, currency, version, created_at: now, updated_at: now, created: !known }];
  }),

  statement('ReceiveStock', inventory.receiveStock, (transaction, { sku, quantity }) => {
    if (!transaction.get('stock', sku)) return [];
    addToStock(transaction, sku, { received: quantity, on_hand: quantity });
    const { received, on_hand, reserved, sold, version } = transaction.get('stock', sku)!;
    return [{ received, on_hand, reserved, sold, version }];
  }),
];
