import { counts, type PaymentRecord } from './record.ts';
import type { StripeClient } from './stripe_client.ts';
import { listRefunds } from './stripe_refund.ts';
import type { Intent } from './stripe_responses.ts';

/** A payment with all of its refunds. */
export async function toRecord(stripe: StripeClient, intent: Intent): Promise<PaymentRecord> {
  const { id, status, currency, amount, amount_received: captured_amount } = intent;
  const list = captured_amount > 0 ? await listRefunds(stripe, id) : [];
  const refunds = list.map((refund) => ({ id: refund.id, status: refund.status, amount: refund.amount }));
  const refunded_amount = refunds.filter(counts).reduce((sum, refund) => sum + refund.amount, 0);
  return {
    id,
    status,
    currency: currency.toUpperCase(),
    amount,
    captured_amount,
    refunded_amount,
    refunds,
  };
}
