import {
  type Account,
  type ListedParcel,
  type ListedPayment,
  parcelList,
  paymentLists,
  type ReadPage,
} from './lists.ts';

export interface Intent extends Pick<ListedPayment, 'id' | 'status' | 'currency' | 'amount_received'> {
  amount_refunded: number;
}

export type Parcel = Pick<ListedParcel, 'id' | 'tracking_code'>;

/**
 * All payments that name an order, by the order's id.
 *
 * Payments that name none are someone else's on the same account, and left alone.
 */
export async function readPayments(account: Account): Promise<Map<string, Intent[]>> {
  const { payments, refunds } = paymentLists(account);
  const intents = new Map<string, Intent[]>();
  const by_id = new Map<string, Intent>();
  for await (const { order_id, ...payment } of all(payments)) {
    if (!order_id) continue;
    const kept = { ...payment, amount_refunded: 0 };
    by_id.set(payment.id, kept);
    put(intents, order_id, kept);
  }
  for await (const { payment_id, amount } of all(refunds)) {
    const intent = by_id.get(payment_id ?? '');
    if (intent) intent.amount_refunded += amount;
  }
  return intents;
}

/** All live parcels that name an order, by the order's id. */
export async function readParcels(account: Account): Promise<Map<string, Parcel[]>> {
  const parcels = new Map<string, Parcel[]>();
  for await (const { id, order_id, tracking_code, is_live } of all(parcelList(account))) {
    if (order_id && is_live) put(parcels, order_id, { id, tracking_code });
  }
  return parcels;
}

async function* all<Item>(readPage: ReadPage<Item>): AsyncGenerator<Item> {
  let after: string | undefined;
  do {
    const page = await readPage({ after });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

function put<Value>(values: Map<string, Value[]>, key: string, value: Value): void {
  const known = values.get(key);
  if (known) known.push(value);
  else values.set(key, [value]);
}
