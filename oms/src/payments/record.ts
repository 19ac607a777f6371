import type { PaymentRecord, PaymentRecords } from '../generated/contract/types.gen.ts';

export type { PaymentRecord, PaymentRecords };

/** An entry that a ledger should have, because the provider's record proves it. */
export interface ProvenEntry {
  kind: 'authorised' | 'captured' | 'voided' | 'refunded';
  amount: number;
  payment_id: string;
  /** What the provider calls the fact: the payment, or for a refund the refund. */
  provider_id: string;
}

/** What one payment has been through, by the provider's record. */
export function provenEntries(record: PaymentRecord): ProvenEntry[] {
  const { id, status, amount, captured_amount, refunded_amount } = record;
  const of = (kind: ProvenEntry['kind'], amount: number, provider_id = id): ProvenEntry => ({
    kind,
    amount,
    payment_id: id,
    provider_id,
  });
  if (status === 'requires_capture') return [of('authorised', amount)];
  if (status === 'canceled') return [of('voided', amount)];
  if (captured_amount === 0) return [];
  const hold = of('authorised', amount);
  const captured = of('captured', captured_amount);
  if (refunded_amount === 0) return [hold, captured];
  const refunded = of('refunded', refunded_amount, record.refunds.find(counts)?.id);
  // Of what was taken without our hearing of it, and given back, no ledger tells when it was held.
  return refunded_amount === captured_amount ? [captured, refunded] : [hold, captured, refunded];
}

/** Money of a payment that is the shop's, or held for it. */
export function heldOrKept({ status, amount, captured_amount, refunded_amount }: PaymentRecord): number {
  return status === 'requires_capture' ? amount : captured_amount - refunded_amount;
}

/** Only a refund that has succeeded gave money back: a pending one may yet fail. */
export function counts({ status }: { status: string | null }): boolean {
  return status === 'succeeded';
}

export function describe({ id, status, currency, amount, captured_amount, refunded_amount }: PaymentRecord) {
  const refunded = refunded_amount > 0 ? `, ${refunded_amount} refunded` : '';
  const captured = captured_amount > 0 ? `, ${captured_amount} captured` : '';
  return `Payment ${id} of ${amount} ${currency} is ${status}${captured}${refunded}.`;
}
