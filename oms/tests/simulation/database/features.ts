import { putCustomer } from '../../../src/customers/customers.queries.ts';
import * as idempotency from '../../../src/idempotency/idempotency.queries.ts';
import type { PaymentEntry } from '../../../src/orders/representation.ts';
import * as outages from '../../../src/outages/outages.queries.ts';
import * as outbox from '../../../src/outbox/outbox.queries.ts';
import * as payments from '../../../src/payments/payments.queries.ts';
import * as shipping from '../../../src/shipping/shipping.queries.ts';
import { addEvent, changeOrder, enqueue, isMet, lockedOrder, NO_ATTENTION } from './rows.ts';
import { statement } from './statements.ts';

/** No parcel of the simulation is tracked. */
const ON_ITS_WAY = { tracking_status: 'pre_transit', tracking_updated_at: null, delivered_at: null };
const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What the smaller `.sql` files do. */
export const featureStatements = [
  statement('PutCustomer', putCustomer, (transaction, { id, name, email = null, ...conditions }) => {
    const known = transaction.get('customers', id);
    if (!isMet(conditions, known?.version)) return [];
    const version = (known?.version ?? 0) + 1;
    transaction.put('customers', id, { id, version });
    const now = new Date();
    return [{ id, name, email, version, created_at: now, updated_at: now, created: !known }];
  }),

  statement('RecordEntry', payments.recordEntry, (transaction, given) => {
    const order = lockedOrder(transaction, given.order_id);
    if (!order) return [];
    const entries = transaction.get('payment_entries', order.id) ?? [];
    if (entries.some(({ kind }) => kind === given.kind)) return [];
    const { kind, amount, currency, provider_id = null, intent_id = null, idempotency_key } = given;
    transaction.put('payment_entries', order.id, [
      ...entries,
      { kind: kind as PaymentEntry['kind'], amount, currency, provider_id, intent_id, idempotency_key },
    ]);
    const moves = given.from != null && order.stage === given.from;
    const changed = changeOrder(transaction, order, moves ? { stage: given.stage!, ...NO_ATTENTION } : {});
    return [addEvent(transaction, changed, given.event_type, given.event_data)];
  }),

  statement('BeginBooking', shipping.beginBooking, (transaction, given) => {
    const order = lockedOrder(transaction, given.order_id);
    if (order?.stage !== given.from) return [];
    const known = transaction.get('shipments', order.id);
    const now = new Date();
    if (known) return [{ ...known, created_at: now, updated_at: now }];
    const { order_id, provider_id, rate_id, carrier = null, service = null } = given;
    const row = {
      order_id,
      provider_id,
      rate_id,
      carrier,
      service,
      status: 'booking',
      tracking_code: null,
      ...ON_ITS_WAY,
    };
    transaction.put('shipments', order_id, row);
    return [{ ...row, created_at: now, updated_at: now }];
  }),

  statement('RecordBooked', shipping.recordBooked, (transaction, { order_id, from, tracking_code }) => {
    const shipment = transaction.get('shipments', order_id);
    if (shipment?.status !== 'booking') return [];
    const order = lockedOrder(transaction, order_id)!;
    transaction.put('shipments', order_id, { ...shipment, status: 'booked', tracking_code });
    const moves = order.stage === from ? { stage: 'shipped', ...NO_ATTENTION } : {};
    const { carrier, service } = shipment;
    const data = { carrier, service, tracking_code };
    return [addEvent(transaction, changeOrder(transaction, order, moves), 'order.shipped', data)];
  }),

  statement('RecordShipmentCancelled', shipping.recordShipmentCancelled, (transaction, given) => {
    const { order_id, event_type, event_data } = given;
    const shipment = transaction.get('shipments', order_id);
    if (!shipment || shipment.status === 'cancelled') return [];
    const order = lockedOrder(transaction, order_id)!;
    transaction.put('shipments', order_id, { ...shipment, status: 'cancelled' });
    return [addEvent(transaction, changeOrder(transaction, order, {}), event_type, event_data)];
  }),

  statement('ClaimKey', idempotency.claimKey, (transaction, { operation, key, request_hash }) => {
    const name = `${operation} ${key}`;
    transaction.lock('idempotency_keys', name);
    if (transaction.get('idempotency_keys', name)) return [];
    const row = { operation, key, request_hash, status: 0, etag: null, body: '', created_at: new Date() };
    transaction.put('idempotency_keys', name, row);
    return [{ key }];
  }),

  statement('FindAnswer', idempotency.findAnswer, (transaction, { operation, key }) => {
    const row = transaction.get('idempotency_keys', `${operation} ${key}`);
    return row ? [row] : [];
  }),

  statement('KeepAnswer', idempotency.keepAnswer, (transaction, given) => {
    const { operation, key, status, etag = null, body } = given;
    const row = transaction.get('idempotency_keys', `${operation} ${key}`);
    if (!row) return [];
    transaction.put('idempotency_keys', `${operation} ${key}`, { ...row, status, etag, body });
    return [];
  }),

  statement('ForgetOldKeys', idempotency.forgetOldKeys, (transaction, { limit }) => {
    const old = [...transaction.all('idempotency_keys')]
      .filter(([, { created_at }]) => created_at.getTime() < Date.now() - DAY_MS)
      .slice(0, limit);
    for (const [name, { created_at }] of old) {
      transaction.delete('idempotency_keys', name);
      const noted = transaction.get('idempotency_horizon', 'only')?.forgotten_until ?? created_at;
      const forgotten_until = noted > created_at ? noted : created_at;
      transaction.put('idempotency_horizon', 'only', { forgotten_until });
    }
    return old.map(([, { key }]) => ({ key }));
  }),

  statement('ClaimOutbox', outbox.claimOutbox, (transaction, given) => {
    const free = [...transaction.all('outbox')]
      .filter(([key]) => !transaction.isLockedByOthers('outbox', key))
      .map(([, row]) => row)
      .toSorted((one, other) => one.id - other.id);
    const waits = ({ kind }: { kind: string }) => kind === 'start' || kind === 'track';
    const starts = free.filter(waits).slice(0, given.starts_max);
    const restarts = free.filter(({ kind }) => kind === 'restart').slice(0, given.restarts_max);
    const messages = free.filter((row) => !waits(row) && row.kind !== 'restart').slice(0, given.messages_max);
    const claimed = [...starts, ...restarts, ...messages].toSorted((one, other) => one.id - other.id);
    return claimed.map((row) => {
      transaction.lock('outbox', String(row.id));
      const { customer_id, way, ...placed } = transaction.get('orders', row.order_id)!;
      const has_begun = placed.stage !== 'accepted' || placed.attention_code !== null;
      const traceparent = row.traceparent ?? placed.traceparent;
      const request_id = row.request_id ?? placed.request_id;
      return { ...row, customer_id, way, has_begun, traceparent, request_id };
    });
  }),

  statement('NoteWait', outages.noteWait, (transaction, { id, provider }) => {
    const order = lockedOrder(transaction, id);
    if (!order || order.ended_at) return [];
    const waiting_since = new Date();
    if (order.waiting_for === provider) {
      transaction.put('orders', id, { ...order, waiting_since });
      return [];
    }
    const changed = changeOrder(transaction, order, { waiting_for: provider, waiting_since });
    return [addEvent(transaction, changed, 'order.waiting', { for: provider })];
  }),

  statement('WakeWaiting', outages.wakeWaiting, (transaction, { provider, well_for_ms, limit }) => {
    const before = Date.now() - well_for_ms;
    const found = [...transaction.all('orders')]
      .filter(([id]) => !transaction.isLockedByOthers('orders', id))
      .map(([, order]) => order)
      .filter(
        (order) => order.waiting_for === provider && (order.waiting_since?.getTime() ?? before) < before,
      )
      .toSorted((one, other) => Number(one.waiting_since) - Number(other.waiting_since))
      .slice(0, limit);
    for (const order of found) {
      transaction.lock('orders', order.id);
      transaction.put('orders', order.id, { ...order, waiting_since: null });
      enqueue(transaction, order.id, 'wake');
    }
    return [{ woken: found.length }];
  }),

  statement('DeleteOutbox', outbox.deleteOutbox, (transaction, { ids }) => {
    for (const id of ids) transaction.delete('outbox', String(id));
    return [];
  }),

  statement('FindStalled', outbox.findStalled, (transaction, { after, older_than_ms, limit }) => {
    const queued = new Set([...transaction.all('outbox')].map(([, { order_id }]) => order_id));
    const isStalled = ({ updated_at }: { updated_at: Date }) =>
      updated_at.getTime() < Date.now() - older_than_ms || updated_at.getTime() > Date.now() + MINUTE_MS;
    return [...transaction.all('orders')]
      .filter(([id, order]) => order.ended_at === null && id > after && isStalled(order))
      .filter(([id]) => !queued.has(id))
      .map(([id]) => ({ id }))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .slice(0, limit);
  }),

  statement('EnqueueRestart', outbox.enqueueRestart, (transaction, { order_id }) => {
    enqueue(transaction, order_id, 'restart');
    return [];
  }),
];
