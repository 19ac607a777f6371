import { Stripe } from 'stripe';
import { stripeError, stripeProtocol } from '../../../../sandbox/src/stripe/errors.ts';
import type { Failures } from './wire.ts';

const { errors } = Stripe;

/** What Stripe's client makes of failures. */
export const stripeFailures: Failures = {
  status: (status, retry_after_s) => {
    const headers = retry_after_s === undefined ? {} : { 'retry-after': String(retry_after_s) };
    return toError(stripeProtocol.failure(status), headers);
  },
  network: (code) => new errors.StripeConnectionError({ message: code, detail: { code } } as never),
  unreadable(body) {
    if (body === 'null') throw new TypeError("Cannot read properties of null (reading 'error')");
    throw new errors.StripeAPIError({ message: 'Invalid JSON received from the Stripe API' } as never);
  },
};

export function refusal(
  status: number,
  code: string | undefined,
  message: string,
  type: 'invalid_request_error' | 'idempotency_error' = 'invalid_request_error',
): Error {
  return toError(stripeError(status, { type, ...(code && { code }), message }));
}

/** What Stripe's client throws for an answer. */
export function toError(
  { status, body }: { status: number; body: object },
  headers: Record<string, string> = {},
) {
  const { error } = body as { error: object };
  return errors.StripeError.generate({ ...error, statusCode: status, headers } as never);
}

export function replayed(error: Stripe.errors.StripeError): Error {
  const headers = { 'idempotent-replayed': 'true' };
  return errors.StripeError.generate({ ...(error.raw as object), headers } as never);
}
