import { idTail } from '../ids.ts';
import { CARDS } from './cards.ts';
import type { StripeErrorFields } from './errors.ts';

export type PaymentIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

/** A row of `sandbox.payment_intents`. */
export interface PaymentIntentRow {
  id: string;
  amount: number;
  currency: string;
  status: PaymentIntentStatus;
  capture_method: 'automatic' | 'automatic_async' | 'manual';
  payment_method: string | null;
  payment_method_declines: boolean;
  /** The method of the last attempt, when that was declined. */
  declined_payment_method: string | null;
  allowed_payment_method_types: string[] | null;
  metadata: Record<string, string>;
  description: string | null;
  amount_received: number;
  amount_refunded: number;
  last_refund_amount: number | null;
  latest_charge: string | null;
  cancellation_reason: string | null;
  canceled_at: number | null;
  created: number;
}

/** As Stripe shows it. https://docs.stripe.com/api/payment_intents/object */
export function toPaymentIntent(row: PaymentIntentRow, expand_charge = false): object {
  return {
    id: row.id,
    object: 'payment_intent',
    allowed_payment_method_types: row.allowed_payment_method_types,
    amount: row.amount,
    amount_capturable: row.status === 'requires_capture' ? row.amount : 0,
    amount_details: { tip: {} },
    amount_received: row.amount_received,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: row.canceled_at,
    cancellation_reason: row.cancellation_reason,
    capture_method: row.capture_method,
    client_secret: `${row.id}_secret_sandbox`,
    confirmation_method: 'automatic',
    created: row.created,
    currency: row.currency,
    customer: null,
    customer_account: null,
    description: row.description,
    excluded_payment_method_types: null,
    last_payment_error: row.declined_payment_method ? toPaymentError(row) : null,
    latest_charge: expand_charge && row.latest_charge ? toCharge(row) : row.latest_charge,
    livemode: false,
    metadata: row.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: row.payment_method,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: row.status,
    transfer_data: null,
    transfer_group: null,
  };
}

/** The error of the declined attempt, as it stands in the intent and, with the intent inside, in the answer. */
export function toPaymentError(row: PaymentIntentRow): StripeErrorFields {
  const id = row.declined_payment_method ?? '';
  const card = CARDS.get(id);
  const decline = card?.decline ?? { code: 'card_declined', message: 'Your card was declined.' };
  return {
    type: 'card_error',
    charge: row.latest_charge,
    ...decline,
    doc_url: `https://docs.stripe.com/error-codes#${decline.code.replaceAll('_', '-')}`,
    payment_method: {
      id,
      object: 'payment_method',
      type: 'card',
      card: { brand: card?.brand, last4: card?.last4 },
      created: row.created,
      customer: null,
      livemode: false,
      metadata: {},
    },
  };
}

function toCharge(row: PaymentIntentRow): object {
  const declined = row.declined_payment_method !== null;
  const authorised = row.status === 'canceled' && !declined;
  const captured = row.status === 'succeeded';
  return {
    id: row.latest_charge,
    object: 'charge',
    amount: row.amount,
    amount_captured: row.amount_received,
    // Stripe counts a released hold as a refund of the charge.
    amount_refunded: authorised ? row.amount : row.amount_refunded,
    balance_transaction: captured ? `txn_${idTail(row.id)}` : null,
    captured,
    created: row.created,
    currency: row.currency,
    livemode: false,
    metadata: row.metadata,
    paid: !declined,
    payment_intent: row.id,
    payment_method: row.payment_method ?? row.declined_payment_method,
    refunded: authorised || (captured && row.amount_refunded === row.amount_received),
    status: declined ? 'failed' : 'succeeded',
  };
}
