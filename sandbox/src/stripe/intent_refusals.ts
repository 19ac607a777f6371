import type { Answer } from '../answer.ts';
import { stripeError } from './errors.ts';
import { type PaymentIntentRow, type PaymentIntentStatus, toPaymentIntent } from './payment_intent.ts';

type Step = 'confirm' | 'capture' | 'cancel';

const ALLOWED: Record<Step, readonly PaymentIntentStatus[]> = {
  confirm: ['requires_payment_method', 'requires_confirmation'],
  capture: ['requires_capture'],
  cancel: ['requires_payment_method', 'requires_capture', 'requires_confirmation'],
};

/** The refusal of a step that the intent's status forbids; nothing when it allows. */
export function unexpectedState(step: Step, row: PaymentIntentRow): Answer | undefined {
  if (ALLOWED[step].includes(row.status)) return undefined;
  const only = `Only a PaymentIntent with one of the following statuses may be`;
  const messages: Record<Step, string> = {
    capture: `This PaymentIntent could not be captured because it has a status of ${row.status}. ${only} captured: ${ALLOWED.capture.join(', ')}.`,
    cancel: `You cannot cancel this PaymentIntent because it has a status of ${row.status}. ${only} canceled: ${ALLOWED.cancel.join(', ')}.`,
    confirm:
      row.status === 'succeeded'
        ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
        : `You cannot confirm this PaymentIntent because it has a status of ${row.status}. ${only} confirmed: ${ALLOWED.confirm.join(', ')}.`,
  };
  return unexpected(messages[step], row);
}

export function explainMissingMethod(row: PaymentIntentRow, method: object | undefined): Answer | undefined {
  if (method || row.payment_method !== null) return undefined;
  return unexpected(
    'You cannot confirm this PaymentIntent because it is missing a payment method. Update the PaymentIntent with a payment method, or give one with the confirmation.',
    row,
  );
}

export function amountTooLarge(row: PaymentIntentRow, amount: number | undefined): Answer | undefined {
  if (amount === undefined || amount <= row.amount) return undefined;
  return stripeError(400, {
    code: 'amount_too_large',
    message: `The requested capture amount (${amount}) is greater than the authorized amount (${row.amount}).`,
    param: 'amount_to_capture',
  });
}

function unexpected(message: string, row: PaymentIntentRow): Answer {
  return stripeError(400, {
    code: 'payment_intent_unexpected_state',
    message,
    payment_intent: toPaymentIntent(row),
  });
}
