import { newId } from '../ids.ts';
import { readChargeAmount } from './amounts.ts';
import { invalid } from './errors.ts';
import {
  allowOnly,
  type Parameters,
  readChoice,
  readCurrency,
  readFlag,
  readList,
  readMetadata,
  readPaymentMethod,
  readText,
  required,
} from './parameters.ts';
import type { PaymentIntentRow } from './payment_intent.ts';

/** Reads a request for a payment into the row it becomes, attempted already when it says `confirm`. */
export function readNewIntent(parameters: Parameters): PaymentIntentRow {
  allowOnly(parameters, CREATE_PARAMETERS);
  const currency = readCurrency(parameters);
  const amount = readChargeAmount(parameters, currency);
  const method = readPaymentMethod(parameters);
  const capture_method =
    readChoice(parameters, 'capture_method', ['automatic', 'automatic_async', 'manual']) ?? 'automatic_async';
  const allowed_types = readList(parameters, 'allowed_payment_method_types');
  const confirmed = readFlag(parameters, 'confirm');
  if (confirmed) required(method, 'payment_method');
  refuseContradictions(parameters, confirmed);
  const declined = confirmed && method?.declines === true;
  const captured = confirmed && !declined && capture_method !== 'manual';

  return {
    id: newId('pi_'),
    amount,
    currency,
    status:
      !method || declined
        ? 'requires_payment_method'
        : !confirmed
          ? 'requires_confirmation'
          : captured
            ? 'succeeded'
            : 'requires_capture',
    capture_method,
    payment_method: declined ? null : (method?.id ?? null),
    payment_method_declines: !declined && method?.declines === true,
    declined_payment_method: declined ? (method?.id ?? null) : null,
    allowed_payment_method_types: allowed_types.length > 0 ? allowed_types : null,
    metadata: readMetadata(parameters),
    description: readText(parameters, 'description') ?? null,
    amount_received: captured ? amount : 0,
    amount_refunded: 0,
    last_refund_amount: null,
    latest_charge: confirmed ? newId('ch_') : null,
    cancellation_reason: null,
    canceled_at: null,
    created: Math.floor(Date.now() / 1000),
  };
}

/** https://docs.stripe.com/api/payment_intents/create */
function refuseContradictions(parameters: Parameters, confirmed: boolean): void {
  for (const name of ONLY_WITH_CONFIRM) {
    if (confirmed || parameters[name] === undefined) continue;
    throw invalid(undefined, `The parameter ${name} can only be used with confirm=true.`, name);
  }
  const automatic = parameters.automatic_payment_methods as Parameters | undefined;
  if (automatic?.enabled !== 'true') return;
  if (parameters.payment_method_types !== undefined) {
    const message = 'You may only specify one of automatic_payment_methods and payment_method_types.';
    throw invalid(undefined, message, 'payment_method_types');
  }
  if (!confirmed || automatic.allow_redirects === 'never' || parameters.return_url !== undefined) return;
  const message =
    'A return_url must be specified because this Payment Intent is configured to automatically accept payment ' +
    'methods some of which may require a redirect; or set automatic_payment_methods[allow_redirects] to never.';
  throw invalid(undefined, message, 'return_url');
}

const ONLY_WITH_CONFIRM = ['error_on_requires_action', 'off_session', 'return_url'];

/** Taken and without effect here: they steer redirects and mails, which the sandbox has none of. */
export const ATTEMPT_HINTS = [
  'error_on_requires_action',
  'off_session',
  'return_url',
  'receipt_email',
  'use_stripe_sdk',
];
const CREATE_PARAMETERS = [
  'amount',
  'currency',
  'payment_method',
  'allowed_payment_method_types',
  'payment_method_types',
  'automatic_payment_methods',
  'capture_method',
  'confirm',
  'confirmation_method',
  'metadata',
  'description',
  'statement_descriptor',
  'statement_descriptor_suffix',
  'expand',
  ...ATTEMPT_HINTS,
];
