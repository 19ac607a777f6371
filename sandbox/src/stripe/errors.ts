import { type Answer, Refusal } from '../answer.ts';
import type { Protocol } from '../operation.ts';

/** https://docs.stripe.com/api/errors */
export interface StripeErrorFields {
  type?: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  code?: string;
  message: string;
  param?: string;
  [name: string]: unknown;
}

export function stripeError(status: number, fields: StripeErrorFields): Answer {
  const doc_url = fields.code && `https://docs.stripe.com/error-codes#${fields.code.replaceAll('_', '-')}`;
  return {
    status,
    body: { error: { type: 'invalid_request_error', ...(doc_url && { doc_url }), ...fields } },
  };
}

/** Refused by validation, before anything began: such an answer is not kept under its idempotency key. */
export function invalid(code: string | undefined, message: string, param?: string): Refusal {
  return new Refusal(stripeError(400, { ...(code && { code }), message, ...(param && { param }) }));
}

/** Stripe answers 404 when the path names the object and 400 when a parameter does. */
export function missing(
  what: 'payment_intent' | 'PaymentMethod' | 'refund',
  id: string,
  status: 400 | 404,
): Refusal {
  const param =
    status === 404
      ? what === 'refund'
        ? 'id'
        : 'intent'
      : what === 'PaymentMethod'
        ? 'payment_method'
        : what;
  return new Refusal(
    stripeError(status, { code: 'resource_missing', message: `No such ${what}: '${id}'`, param }),
  );
}

export const stripeProtocol: Protocol = {
  request_id_header: 'Request-Id',

  authorise(authorization) {
    const key = secretKey(authorization);
    if (key?.startsWith('sk_test_')) return;
    const message = key
      ? `Invalid API Key provided: ${key.slice(0, 8)}****. The sandbox takes any key that begins with sk_test_.`
      : 'You did not provide an API key. You need to provide your API key in the Authorization header.';
    throw new Refusal(stripeError(401, { message }));
  },

  failure(status) {
    return stripeError(
      status,
      FAILURES[status] ?? { type: 'api_error', message: 'An unknown error occurred.' },
    );
  },
};

const FAILURES: Record<number, StripeErrorFields> = {
  401: { message: 'Invalid API Key provided.' },
  402: {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
  },
  403: { message: 'The provided key does not have the required permissions.' },
  404: { code: 'resource_missing', message: 'No such object.' },
  409: { code: 'idempotency_key_in_use', message: 'There is another in-progress request using this key.' },
  422: { message: 'The request could not be processed.' },
  429: { code: 'rate_limit', message: 'Request rate limit exceeded.' },
};

function secretKey(authorization = ''): string | undefined {
  const [scheme, value] = authorization.split(' ');
  if (!value) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() === 'basic')
    return Buffer.from(value, 'base64').toString('utf8').split(':')[0] || undefined;
  return undefined;
}
