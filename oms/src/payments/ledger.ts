import type pg from 'pg';
import type { StepOrder } from '../orders/store.ts';
import { recordEntry } from './payments.queries.ts';
import { paymentKey } from './provider.ts';

export type EntryKind = StepOrder['entries'][number]['kind'];

export function has(order: StepOrder, kind: EntryKind): boolean {
  return order.entries.some((entry) => entry.kind === kind);
}

export function intentOf(order: StepOrder): string | undefined {
  return order.entries.find((entry) => entry.intent_id !== null)?.intent_id ?? undefined;
}

const acts = {
  declined: 'authorise',
  authorised: 'authorise',
  captured: 'capture',
  voided: 'authorise',
  refunded: 'refund',
} as const satisfies Record<EntryKind, Parameters<typeof paymentKey>[1]>;

interface RecordOptions {
  /** The stage that the fact ends, and the one that it begins. */
  from?: string;
  stage?: string;
  /** What the provider calls the fact, where that is not the payment. */
  provider_id?: string;
  event?: { type: string; data: Record<string, string | number> };
}

/** Writes a fact into the ledger with its event; a fact that stands there already changes nothing. */
export async function record(
  database: pg.Pool | pg.PoolClient,
  order: StepOrder,
  kind: EntryKind,
  intent_id: string | null,
  options: RecordOptions = {},
): Promise<void> {
  const { id, total_amount: amount, currency } = order;
  const event = options.event ?? { type: `order.payment_${kind}`, data: { amount, currency } };
  await recordEntry.run(
    {
      order_id: id,
      kind,
      amount: kind === 'declined' ? 0 : amount,
      currency,
      provider_id: options.provider_id ?? intent_id,
      intent_id,
      idempotency_key: paymentKey(id, acts[kind]),
      from: options.from ?? null,
      stage: options.stage ?? null,
      event_type: event.type,
      event_data: event.data,
    },
    database,
  );
}
