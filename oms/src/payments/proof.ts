import type { PaymentProof, ProofRow } from '../generated/contract/types.gen.ts';
import type { StepOrder } from '../orders/store.ts';
import { intentOf } from './ledger.ts';
import { paymentKey } from './provider.ts';
import { describe, heldOrKept, type PaymentRecord, type PaymentRecords, provenEntries } from './record.ts';

/** The order's ledger and the provider's own record, side by side. */
export function prove(order: StepOrder, provider: PaymentRecords): PaymentProof {
  const rows = order.entries.map((entry) => toRow(entry, provider));
  const wrong = rows.flatMap(({ kind, detail }) => (detail === null ? [] : [`${kind}: ${detail}`]));
  const differences = [...wrong, ...missing(order, provider.payments)];
  const { id: order_id, stage, currency, total_amount } = order;
  return {
    order_id,
    stage,
    currency,
    total_amount,
    provider_id: intentOf(order) ?? null,
    keys: {
      authorise: paymentKey(order_id, 'authorise'),
      capture: paymentKey(order_id, 'capture'),
      refund: paymentKey(order_id, 'refund'),
    },
    rows,
    provider,
    verdict: verdict(provider, differences.length === 0),
    differences,
  };
}

function verdict({ reachable }: PaymentRecords, agrees: boolean): ProofRow['verdict'] {
  if (!reachable) return 'provider_unreachable';
  return agrees ? 'agrees' : 'differs';
}

type Entry = StepOrder['entries'][number];

function toRow(entry: Entry, provider: PaymentRecords): ProofRow {
  const { intent_id, ...row } = entry;
  const record = provider.payments.find(({ id }) => id === intent_id) ?? null;
  const detail = provider.reachable ? (difference(entry, record) ?? null) : null;
  return {
    ...row,
    payment_id: intent_id,
    recorded_at: new Date(entry.recorded_at).toISOString(),
    record,
    verdict: verdict(provider, detail === null),
    detail,
  };
}

/** How the provider's record contradicts an entry. */
function difference({ kind, amount, currency, intent_id }: Entry, record: PaymentRecord | null) {
  if (kind === 'declined') return undefined;
  if (!record) return `The provider has no payment ${intent_id}.`;
  const agrees = {
    // A hold that was voided or captured since was a hold once.
    authorised: record.amount === amount && record.status !== 'requires_payment_method',
    captured: record.captured_amount === amount,
    // A void that came too late for the provider was followed by a refund.
    voided: record.status === 'canceled' || isGivenBack(record),
    refunded: record.refunded_amount === amount,
  }[kind];
  if (agrees && record.currency === currency) return undefined;
  return `The ledger says ${amount} ${currency}. ${describe(record)}`;
}

function isGivenBack({ captured_amount, refunded_amount }: PaymentRecord): boolean {
  return captured_amount > 0 && refunded_amount === captured_amount;
}

/** What the provider's record proves and the ledger does not have. */
function missing({ entries }: StepOrder, payments: PaymentRecord[]): string[] {
  return payments.flatMap((payment) => {
    const own = entries.filter(({ intent_id }) => intent_id === payment.id);
    // A payment that the ledger does not know and that holds nothing was never more than an attempt.
    if (own.length === 0 && heldOrKept(payment) === 0) return [];
    return provenEntries(payment)
      .filter(({ kind }) => !own.some((entry) => entry.kind === kind))
      .map(({ kind, amount }) => `${kind} ${amount} is missing from the ledger. ${describe(payment)}`);
  });
}
