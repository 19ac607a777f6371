import type pg from 'pg';
import { findStepOrder, type StepOrder } from '../orders/store.ts';
import type { PaymentProvider } from '../payments/provider.ts';
import type { PaymentRecord } from '../payments/record.ts';
import type { Carrier, ParcelRecord } from '../shipping/carrier.ts';
import { compareMoney, compareParcels, type EndedOrder } from '../verify/compare.ts';
import type { Intent } from '../verify/providers.ts';
import type { Offence } from '../verify/report.ts';

/** What keeps an order's books, ours and the providers'. */
export interface Keepers {
  pool: pg.Pool;
  provider: PaymentProvider;
  carrier: Carrier;
}

/** An ended order as our database and the providers have it at this moment. */
export interface Books {
  order: StepOrder;
  payments: PaymentRecord[];
  parcels: ParcelRecord[];
}

/** Reads an order's books anew, each record by itself. @throws StepError when a provider cannot be asked */
export async function readBooks(
  { pool, provider, carrier }: Keepers,
  order_id: string,
  named: { payment_ids: string[]; parcel_ids: string[] },
): Promise<Books> {
  const order = await findStepOrder(pool, order_id);
  if (!order) throw new Error(`order ${order_id} is gone`);
  const payment_ids = order.entries.flatMap(({ intent_id }) => intent_id ?? []);
  const parcel_ids = order.shipment ? [order.shipment.provider_id] : [];
  const [payments, parcels] = await Promise.all([
    provider.inspect(order_id, [...new Set([...payment_ids, ...named.payment_ids])]),
    carrier.inspect(order_id, [...new Set([...parcel_ids, ...named.parcel_ids])]),
  ]);
  return { order, payments, parcels };
}

/** What is wrong in the books, as `verify` sees it too. */
export function differences({ order, payments, parcels }: Books): Offence[] {
  const ended = toEnded(order);
  const live = parcels.flatMap(({ id, status, tracking_code }) =>
    status === 'live' ? [{ id, tracking_code: tracking_code ?? '' }] : [],
  );
  return [...compareMoney(ended, payments.map(toIntent)), ...compareParcels(ended, live)];
}

function toEnded({ id, stage, total_amount, currency, entries, shipment }: StepOrder): EndedOrder {
  return {
    id,
    status: stage as EndedOrder['status'],
    total_amount,
    currency,
    entries,
    shipment: shipment && {
      id: shipment.provider_id,
      status: shipment.status,
      tracking_code: shipment.tracking_code,
    },
  };
}

function toIntent({ id, status, currency, captured_amount, refunded_amount }: PaymentRecord): Intent {
  return {
    id,
    status: status as Intent['status'],
    currency,
    amount_received: captured_amount,
    amount_refunded: refunded_amount,
  };
}
