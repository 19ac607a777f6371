import { type Running, startSandbox } from '../../sandbox/tests/start.ts';
import type { PaymentRequest } from '../src/payments/provider.ts';
import { StripeProvider } from '../src/payments/stripe.ts';
import { connectStripe } from '../src/payments/stripe_client.ts';
import { HASTY_MS, PATIENT_MS } from './adapters.ts';

export const TOTAL = 1999;
export const NO_MONEY = { held: 0, taken: 0, refunded: 0 };

export type Held = PaymentRequest & { intent_id: string };

/** The adapter and the sandbox's payment provider, with its own books to look into. */
export interface Payments {
  sandbox: Running;
  provider: StripeProvider;
  hasty: StripeProvider;
  /** What the provider's books say of an order's money. */
  money(order_id: string): Promise<typeof NO_MONEY>;
  authorised(): Promise<Held>;
  captured(): Promise<Held>;
}

export async function startPayments(): Promise<Payments> {
  const sandbox = await startSandbox();
  const provider = providerAt(sandbox.url, PATIENT_MS);
  const payments: Payments = {
    sandbox,
    provider,
    hasty: providerAt(sandbox.url, HASTY_MS),
    async money(order_id) {
      const { paymentIntents, refunds } = sandbox.stripe;
      const sums = { ...NO_MONEY };
      const { data: intents } = await paymentIntents.search({ query: `metadata['order_id']:'${order_id}'` });
      for (const { id, status, amount, amount_received } of intents) {
        if (status === 'requires_capture') sums.held += amount;
        sums.taken += amount_received;
        const { data } = await refunds.list({ payment_intent: id });
        for (const refund of data) sums.refunded += refund.amount;
      }
      return sums;
    },
    async authorised() {
      const payment = newPayment();
      return { ...payment, ...(await provider.authorise(payment, { ask_first: false })) };
    },
    async captured() {
      const held = await payments.authorised();
      await provider.capture(held, { ask_first: false });
      return held;
    },
  };
  return payments;
}

let orders = 0;

export function newPayment(payment_method = 'pm_card_visa'): PaymentRequest {
  return {
    order_id: `ord_${++orders}`,
    amount: TOTAL,
    currency: 'GBP',
    payment_method,
    placed_at: new Date(),
  };
}

export function providerAt(url: string, timeout_ms: number, key = 'sk_test_sandbox'): StripeProvider {
  return new StripeProvider(connectStripe({ key, url, timeout_ms }));
}
