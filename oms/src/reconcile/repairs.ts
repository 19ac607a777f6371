import { intentOf, record } from '../payments/ledger.ts';
import { heldOrKept, type PaymentRecord, type ProvenEntry, provenEntries } from '../payments/record.ts';
import { recordGivenBack } from '../shipping/record.ts';
import type { OffenceKind } from '../verify/offences.ts';
import { type Books, differences, type Keepers } from './books.ts';
import { recordReconciled } from './reconcile.queries.ts';

/** Something that mends books without a person. Done twice, it is done once. */
export interface Repair {
  /** What it would do, for people. */
  says: string;
  mends: readonly OffenceKind[];
  /** Whether it acts at a provider; what that comes to is read anew before more is done. */
  is_act: boolean;
  run(keepers: Keepers): Promise<void>;
  /** The books as they are when it has been done. */
  applied(books: Books): Books;
}

/**
 * What is safe to do about an order's differences: giving back what a cancelled order holds or keeps, and
 * writing down what a provider's record proves. Nothing moves the money or the parcel of a completed order,
 * and nothing is done that would leave what it is for as it is.
 */
export function safeRepairs(books: Books): Repair[] {
  const repairs = possibleRepairs(books);
  const now = new Set(differences(books).map(({ kind }) => kind));
  const then = new Set(differences(after(books, repairs)).map(({ kind }) => kind));
  return repairs.filter(
    ({ mends }) => mends.some((kind) => now.has(kind)) && !mends.some((kind) => then.has(kind)),
  );
}

/** The books as they are when the repairs are done. */
export function after(books: Books, repairs: readonly Repair[]): Books {
  return repairs.reduce((changed, repair) => repair.applied(changed), books);
}

function possibleRepairs(books: Books): Repair[] {
  const { order, payments, parcels } = books;
  const isCancelled = order.stage === 'cancelled';
  const acts: Repair[] = [];
  if (isCancelled) {
    for (const payment of payments) if (heldOrKept(payment) > 0) acts.push(giveBackMoney(books, payment));
    for (const { id, status } of parcels) if (status === 'live') acts.push(giveBackParcel(books, id));
  }
  const then = after(books, acts);
  const entries = missingEntries(then).map((entry) => completeLedger(then, entry));
  const isParcelOurs = isCancelled && order.shipment?.status === 'booked';
  return [...acts, ...entries, ...(isParcelOurs ? [noteGivenBack(books)] : [])];
}

function giveBackMoney({ order }: Books, payment: PaymentRecord): Repair {
  const { id: intent_id, status, currency } = payment;
  const isHold = status === 'requires_capture';
  const amount = heldOrKept(payment);
  const own = intentOf(order);
  return {
    says: `${isHold ? 'Void the hold of' : 'Refund'} ${amount} ${currency} by payment ${intent_id}.`,
    mends: isHold ? ['hold_left'] : ['money_kept'],
    is_act: true,
    async run({ pool, provider }) {
      const { id: order_id, total_amount, payment_method, created_at: placed_at } = order;
      const is_stray = own !== undefined && own !== intent_id;
      const request = { order_id, amount: total_amount, currency: order.currency, payment_method, placed_at };
      const { kind } = await provider.giveBack({ ...request, intent_id, is_stray });
      const event_data = { repair: `payment_${kind}`, payment_id: intent_id, amount, currency };
      await recordReconciled.run({ order_id, event_data }, pool);
    },
    applied: (books) => ({
      ...books,
      payments: books.payments.map((one) => (one.id === intent_id ? givenBack(one) : one)),
    }),
  };
}

function givenBack(payment: PaymentRecord): PaymentRecord {
  if (payment.status === 'requires_capture') return { ...payment, status: 'canceled' };
  return { ...payment, refunded_amount: payment.captured_amount };
}

function giveBackParcel({ order }: Books, provider_id: string): Repair {
  return {
    says: `Give parcel ${provider_id} back to the carrier.`,
    mends: ['parcel_left'],
    is_act: true,
    async run({ pool, carrier }) {
      await carrier.giveBack({ order_id: order.id, provider_id, rate_id: '' }, { in_doubt: false });
      const event_data = { repair: 'parcel_given_back', parcel_id: provider_id };
      await recordReconciled.run({ order_id: order.id, event_data }, pool);
    },
    applied: (books) => ({
      ...books,
      parcels: books.parcels.map((one) => (one.id === provider_id ? { ...one, status: 'given_back' } : one)),
    }),
  };
}

function noteGivenBack({ order }: Books): Repair {
  const parcel_id = order.shipment!.provider_id;
  return {
    says: `Write that parcel ${parcel_id} was given back.`,
    mends: ['parcel_differs'],
    is_act: false,
    async run({ pool }) {
      const data = { repair: 'shipment_cancelled', parcel_id };
      await recordGivenBack(pool, order.id, { type: 'order.reconciled', data });
    },
    applied: (books) => ({
      ...books,
      order: { ...books.order, shipment: { ...order.shipment!, status: 'cancelled' } },
    }),
  };
}

/** What the record of the order's own payment proves, to the whole sum, and its ledger lacks. */
function missingEntries({ order, payments }: Books): ProvenEntry[] {
  const own_id = intentOf(order) ?? payments.find(({ captured_amount }) => captured_amount > 0)?.id;
  const own = payments.find(({ id }) => id === own_id);
  if (own?.currency !== order.currency) return [];
  const lacking = provenEntries(own).filter(({ kind }) => !order.entries.some((one) => one.kind === kind));
  const isWhole = lacking.every(({ amount }) => amount === order.total_amount);
  return isWhole ? lacking : [];
}

function completeLedger({ order }: Books, { kind, amount, payment_id, provider_id }: ProvenEntry): Repair {
  return {
    says: `Add to the ledger that ${amount} ${order.currency} were ${kind} by ${provider_id}.`,
    mends: ['ledger_wrong', 'ledger_differs'],
    is_act: false,
    async run({ pool }) {
      const data = { repair: 'ledger_completed', kind, amount, payment_id };
      await record(pool, order, kind, payment_id, {
        provider_id,
        event: { type: 'order.reconciled', data },
      });
    },
    applied(books) {
      const { currency } = books.order;
      const facts = { kind, amount, currency, provider_id, intent_id: payment_id };
      const entry = { ...facts, idempotency_key: '', recorded_at: '' };
      return { ...books, order: { ...books.order, entries: [...books.order.entries, entry] } };
    },
  };
}
