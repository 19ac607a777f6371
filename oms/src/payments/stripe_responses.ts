import { requireFacts, responseReader, UnprovenResponse } from '@oms/kit/http_client/response.ts';
import type Stripe from 'stripe';
import type { PaymentRequest } from './provider.ts';
import { fromStripeAmount } from './stripe_amounts.ts';

/** What a response states about a payment; amounts in minor units of ISO 4217. */
export interface Intent {
  id: string;
  status: Stripe.PaymentIntent.Status;
  amount: number;
  amount_received: number;
  /** Lower case, as Stripe writes it. */
  currency: string;
  metadata: { order_id?: string };
}

export interface Refund {
  id: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
  amount: number;
  currency: string;
  payment_intent: string;
}

const amount = { type: 'integer', minimum: 0 };
const currency = { type: 'string', pattern: '^[a-z]{3}$' };

/** https://docs.stripe.com/api/payment_intents/object */
const intent = {
  type: 'object',
  required: ['object', 'id', 'status', 'amount', 'amount_received', 'currency', 'metadata'],
  properties: {
    object: { const: 'payment_intent' },
    id: { type: 'string', minLength: 1 },
    status: {
      enum: [
        'requires_payment_method',
        'requires_confirmation',
        'requires_action',
        'processing',
        'requires_capture',
        'canceled',
        'succeeded',
      ],
    },
    amount,
    amount_received: amount,
    currency,
    metadata: { type: 'object', properties: { order_id: { type: 'string' } } },
  },
};

/** https://docs.stripe.com/api/refunds/object */
const refund = {
  type: 'object',
  required: ['object', 'id', 'status', 'amount', 'currency', 'payment_intent'],
  properties: {
    object: { const: 'refund' },
    id: { type: 'string', minLength: 1 },
    status: { enum: ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] },
    amount,
    currency,
    payment_intent: { type: 'string' },
  },
};

const listOf = (object: 'list' | 'search_result', items: object) => ({
  type: 'object',
  required: ['object', 'data', 'has_more'],
  properties: {
    object: { const: object },
    data: { type: 'array', items },
    has_more: { type: 'boolean' },
  },
});

const parseIntent = responseReader<Intent>('payment intent', intent);
const parseSearch = responseReader<{ data: Intent[] }>('search', listOf('search_result', intent));
const parseIntents = responseReader<{ data: Intent[]; has_more: boolean }>(
  'list of payment intents',
  listOf('list', intent),
);
const parseRefunds = responseReader<{ data: Refund[] }>('list of refunds', listOf('list', refund));

export function readIntent(response: unknown): Intent {
  return inMinorUnits(parseIntent(response));
}

/** Of the list of all payments, those of other orders too. */
export function readIntents(response: unknown): { data: Intent[]; has_more: boolean } {
  const { data, has_more } = parseIntents(response);
  return { data: data.map(inMinorUnits), has_more };
}

function inMinorUnits(found: Intent): Intent {
  const { amount, amount_received, currency } = found;
  return {
    ...found,
    amount: fromStripeAmount(amount, currency),
    amount_received: fromStripeAmount(amount_received, currency),
  };
}

/** The payments of one order. @throws UnprovenResponse when one of them is another order's */
export function readFound(response: unknown, order_id: string): Intent[] {
  const { data } = parseSearch(response);
  for (const { metadata } of data) requireFacts('search', metadata, { order_id });
  return data.map(inMinorUnits);
}

/** The refunds of one payment. @throws UnprovenResponse when one of them is another payment's */
export function readRefunds(response: unknown, payment_intent: string): Refund[] {
  const { data } = parseRefunds(response);
  for (const one of data) requireFacts('list of refunds', one, { payment_intent });
  return data.map((one) => ({ ...one, amount: fromStripeAmount(one.amount, one.currency) }));
}

/** The payment that was asked for. */
export function readIntentOf(response: unknown, id: string): Intent {
  const found = readIntent(response);
  requireFacts('payment intent', found, { id });
  return found;
}

/** @throws UnprovenResponse when the payment is not for this order's sum */
export function requirePaymentOf(payment: PaymentRequest, found: Intent): void {
  const { order_id, amount, currency } = payment;
  requireFacts('payment intent', found, { amount, currency: currency.toLowerCase() });
  requireFacts('metadata of the payment intent', found.metadata, { order_id });
}

/** Whether all of the order's money was taken. @throws UnprovenResponse when another sum was */
export function isCaptured(payment: PaymentRequest, found: Intent): boolean {
  requirePaymentOf(payment, found);
  if (found.status !== 'succeeded') return false;
  requireFacts('captured payment intent', found, { amount_received: payment.amount });
  return true;
}

/** Whether a refusal of a card names the payment that was refused, which then holds nothing. */
export function isProvenDecline(response: unknown, order_id: string): boolean {
  try {
    const { status, metadata } = readIntent(response);
    return metadata.order_id === order_id && (status === 'requires_payment_method' || status === 'canceled');
  } catch (error) {
    if (error instanceof UnprovenResponse) return false;
    throw error;
  }
}
