import * as attention from '../../../src/orders/attention.queries.ts';
import * as orders from '../../../src/orders/orders.queries.ts';
import type { Transaction } from './database.ts';
import { addToStock } from './inventory.ts';
import { addEvent, changeOrder, enqueue, entriesOf, lockedOrder, NO_ATTENTION, traceOf } from './rows.ts';
import { statement } from './statements.ts';
import type { OrderRow } from './tables.ts';

/** What `orders/orders.sql` does. */
export const orderStatements = [
  statement('AcceptOrder', orders.acceptOrder, (transaction, given) => {
    const customer_known =
      given.customer_id == null || transaction.get('customers', given.customer_id) !== undefined;
    const isPriced = given.skus.every((sku, index) => {
      const product = transaction.get('products', sku);
      if (!product || product.currency !== given.currency) return false;
      return given.agreed[index] || product.unit_price === given.unit_prices[index];
    });
    const key = `createOrder ${given.idempotency_key}`;
    if (!customer_known || !isPriced) return [{ accepted: false, customer_known }];
    transaction.lock('idempotency_keys', key);
    if (transaction.get('idempotency_keys', key)) return [{ accepted: false, customer_known }];
    const { id, answer_status: status, answer_etag: etag = null, answer_body: body } = given;
    transaction.put('idempotency_keys', key, {
      ...{ operation: 'createOrder', key: given.idempotency_key, request_hash: given.request_hash },
      ...{ status, etag, body, created_at: new Date() },
    });
    const created_at = new Date(given.created_at);
    transaction.put('orders', id, {
      ...{
        id,
        slot: given.slot,
        customer_id: given.customer_id ?? null,
        status: 'pending',
        stage: 'accepted',
      },
      ...{ way: 'inventory_first', unwound_from: null, currency: given.currency },
      ...{ total_amount: given.total_amount, shipping_address: given.shipping_address },
      ...{ payment_method: given.payment_method, cancel_requested_at: null, ...traceOf(given) },
      ...{ cancellation_code: null, cancellation_detail: null, ...NO_ATTENTION },
      ...{ version: 1, created_at, updated_at: created_at, ended_at: null, hidden_at: null },
    });
    transaction.put('order_lines', id, toLines(given));
    addEvent(transaction, { id, version: 1 }, 'order.accepted', given.event_data);
    enqueue(transaction, id, 'start');
    return [{ accepted: true, customer_known }];
  }),

  statement('FindOrder', orders.findOrder, (transaction, { id }) => {
    const order = transaction.get('orders', id);
    if (!order) return [];
    const lines = transaction.get('order_lines', id) ?? [];
    return [
      {
        ...order,
        lines: lines as never,
        payment_entries: entriesOf(transaction, id) as never,
        shipment: (transaction.get('shipments', id) ?? null) as never,
      },
    ];
  }),

  statement('LockOrder', orders.lockOrder, (transaction, { id }) => {
    const order = lockedOrder(transaction, id);
    return order ? [order] : [];
  }),

  statement('CheckOrder', orders.checkOrder, (transaction, { id }) => {
    const order = transaction.get('orders', id);
    if (!order) return [];
    const lines = transaction.get('order_lines', id) ?? [];
    const isOffered = (sku: string) => transaction.get('products', sku)?.currency === order.currency;
    return [
      {
        total_amount: order.total_amount,
        customer_known:
          order.customer_id === null || transaction.get('customers', order.customer_id) !== undefined,
        lines_amount: lines.reduce((sum, line) => sum + line.quantity * line.unit_price, 0),
        lines_without_product: lines.filter(({ sku }) => !isOffered(sku)).length,
      },
    ];
  }),

  statement('AdvanceOrder', orders.advanceOrder, (transaction, given) => {
    const order = lockedOrder(transaction, given.id);
    if (order?.stage !== given.from) return [];
    const { stage, status, way } = given;
    const changed = changeOrder(transaction, order, { stage, status, way, ...NO_ATTENTION });
    return [addEvent(transaction, changed, given.event_type, given.event_data)];
  }),

  statement('CompleteOrder', orders.completeOrder, (transaction, { id, track }) => {
    const order = lockedOrder(transaction, id);
    if (order?.stage !== 'captured' || order.cancel_requested_at !== null) return [];
    const completed = end(transaction, order, 'completed');
    addEvent(transaction, completed, 'order.completed');
    if (track) enqueue(transaction, id, 'track');
    for (const { sku, quantity } of transaction.get('reservations', id) ?? []) {
      addToStock(transaction, sku, { on_hand: -quantity, reserved: -quantity, sold: quantity });
    }
    transaction.delete('reservations', id);
    return [{ id, version: completed.version }];
  }),

  statement('RequestCancel', orders.requestCancel, (transaction, { id, code, detail, ...given }) => {
    const order = lockedOrder(transaction, id);
    if (!order || order.ended_at || order.cancel_requested_at || order.stage === 'unwinding') return [];
    const changed = changeOrder(transaction, order, {
      ...{ cancel_requested_at: new Date(), cancellation_code: code, cancellation_detail: detail },
    });
    addEvent(transaction, changed, 'order.cancel_requested', { code, detail });
    enqueue(transaction, id, 'wake', given);
    return [{ id }];
  }),

  statement('BeginUnwinding', orders.beginUnwinding, (transaction, { id, code, detail }) => {
    const order = lockedOrder(transaction, id);
    if (!order || order.ended_at || order.stage === 'unwinding') return [];
    const cancellation_code = order.cancellation_code ?? code;
    const cancellation_detail = order.cancellation_detail ?? detail;
    const changed = changeOrder(transaction, order, {
      ...{ stage: 'unwinding', unwound_from: order.stage, status: 'processing' },
      ...{ cancellation_code, cancellation_detail, ...NO_ATTENTION },
    });
    const data = { code: cancellation_code, detail: cancellation_detail };
    return [addEvent(transaction, changed, 'order.unwinding', data)];
  }),

  statement('EndCancelled', orders.endCancelled, (transaction, { id }) => {
    const order = lockedOrder(transaction, id);
    if (order?.stage !== 'unwinding') return [];
    const cancelled = end(transaction, order, 'cancelled');
    const shipment = transaction.get('shipments', id);
    if (shipment?.status === 'booking')
      transaction.put('shipments', id, { ...shipment, status: 'cancelled' });
    return [addEvent(transaction, cancelled, 'order.cancelled', { code: order.cancellation_code })];
  }),

  statement('AskForAttention', attention.askForAttention, (transaction, given) => {
    const { id, code, step = null, detail, waiting_for = null } = given;
    const waiting_since = waiting_for === null ? null : new Date();
    const order = lockedOrder(transaction, id);
    if (!order || order.ended_at) return [];
    const isSameStep = order.attention_step === step;
    if (isSameStep && order.attention_code === code && order.attention_detail === detail) {
      if (waiting_since && order.waiting_for === waiting_for) {
        transaction.put('orders', id, { ...order, waiting_since });
      }
      return [];
    }
    const changed = changeOrder(transaction, order, {
      ...{ attention_code: code, attention_step: step, attention_detail: detail },
      attention_since: (isSameStep && order.attention_since) || new Date(),
      ...{ waiting_for, waiting_since },
    });
    return [addEvent(transaction, changed, 'order.attention_asked', { code, step, detail })];
  }),

  statement(
    'RecordMend',
    attention.recordMend,
    (transaction, { id, is_done, event_type, event_data, ...given }) => {
      const order = lockedOrder(transaction, id);
      if (!order || order.attention_code === null) return [];
      enqueue(transaction, id, 'wake', given);
      const mended = changeOrder(transaction, order, is_done ? NO_ATTENTION : {});
      return [addEvent(transaction, mended, event_type, event_data)];
    },
  ),

  statement('AmendOrder', orders.amendOrder, (transaction, given) => {
    const order = lockedOrder(transaction, given.id);
    if (!order) return [];
    const { total_amount, shipping_address } = given;
    const changed = changeOrder(transaction, order, { total_amount, shipping_address });
    transaction.put('order_lines', given.id, toLines(given));
    return [addEvent(transaction, changed, 'order.amended', given.event_data)];
  }),

  statement('HideOrder', orders.hideOrder, (transaction, { id }) => {
    const order = lockedOrder(transaction, id);
    if (!order?.ended_at || order.hidden_at) return [];
    const changed = changeOrder(transaction, order, { hidden_at: new Date() });
    return [addEvent(transaction, changed, 'order.deleted')];
  }),

  statement('ReadForStep', orders.readForStep, (transaction, { id }) => {
    const order = transaction.get('orders', id);
    if (!order) return [];
    return [
      {
        ...order,
        payment_entries: entriesOf(transaction, id) as never,
        shipment: (transaction.get('shipments', id) ?? null) as never,
      },
    ];
  }),
];

interface Lines {
  skus: readonly string[];
  quantities: readonly number[];
  unit_prices: readonly number[];
}

function toLines({ skus, quantities, unit_prices }: Lines) {
  return skus.map((sku, index) => ({ sku, quantity: quantities[index]!, unit_price: unit_prices[index]! }));
}

function end(transaction: Transaction, order: OrderRow, stage: 'completed' | 'cancelled') {
  return changeOrder(transaction, order, { stage, status: stage, ended_at: new Date(), ...NO_ATTENTION });
}
