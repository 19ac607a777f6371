import { readRetryAfter } from '@oms/kit/http_client/retry_after.ts';
import Stripe from 'stripe';
import { NEVER_SENT, StepError } from '../errors.ts';

const { StripeError, StripeCardError, StripeConnectionError, StripeIdempotencyError } = Stripe.errors;

/** Runs requests to Stripe. @throws StepError instead of any other error */
export async function callStripe<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw error instanceof StepError ? error : toStepError(error);
  }
}

/** Runs requests that only read; one that is refused says nothing about the payment. */
export async function readStripe<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw isRefusal(error) ? unknown('The payment provider cannot be asked.', error) : error;
  }
}

/** Runs what follows a change. That it is unavailable says nothing of the change, which may have taken effect. */
export async function afterChange<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const failure = error instanceof StepError ? error : toStepError(error);
    throw failure.kind === 'unavailable' ? unknown(failure.detail, error) : error;
  }
}

/** Whether Stripe refused the request itself. What it did with an earlier one of the same key, this does not say. */
export function isRefusal(error: unknown): error is InstanceType<typeof StripeError> {
  if (!(error instanceof StripeError) || error instanceof StripeConnectionError) return false;
  const { statusCode = 0 } = error;
  return statusCode >= 400 && statusCode < 500 && !NOT_REFUSED.has(statusCode);
}

/** Our key is refused, another request is at work, or there were too many: nothing about this one. */
const NOT_REFUSED = new Set([401, 403, 408, 409, 429]);

export function isKeyOfAnother(error: unknown): boolean {
  return error instanceof StripeIdempotencyError;
}

/** Whether the error is what Stripe stored under the idempotency key when the key was used first. */
export function isReplayed(error: unknown): boolean {
  return error instanceof StripeError && error.headers?.['idempotent-replayed'] === 'true';
}

/** A failure of Stripe's own that the key gives again for a day, so that only another key gets beyond it. */
export function isStoredFailure(error: unknown): boolean {
  return isReplayed(error) && ((error as { statusCode?: number }).statusCode ?? 0) >= 500;
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof StripeError && error.code === code;
}

/** A refusal in our own words: Stripe's are for developers. */
export function declined(error: unknown): StepError {
  const reason = error instanceof StripeCardError ? (error.decline_code ?? error.code ?? '') : '';
  const detail =
    REASONS[reason] ??
    (error instanceof StripeCardError
      ? 'The bank declined the payment.'
      : 'The payment provider does not take this payment method.');
  return new StepError('declined', 'payment_declined', detail, error);
}

/**
 * https://docs.stripe.com/declines/codes: a card that is lost, stolen or suspected of fraud is to be shown as any other.
 */
const REASONS: Record<string, string> = {
  insufficient_funds: 'The card has insufficient funds.',
  expired_card: 'The card has expired.',
  incorrect_number: 'The card’s number is wrong.',
  incorrect_cvc: 'The card’s security code is wrong.',
  invalid_cvc: 'The card’s security code is wrong.',
  processing_error: 'The bank could not process the payment; another attempt may succeed.',
  authentication_required:
    'The bank wants the card’s owner to confirm the payment, which is not possible here.',
  card_not_supported: 'The card does not support this kind of purchase.',
  currency_not_supported: 'The card does not support this currency.',
};

export function unknown(detail: string, cause: unknown): StepError {
  return new StepError('unknown', 'payment_unavailable', detail, cause);
}

export function unavailable(detail: string, cause?: unknown): StepError {
  return new StepError('unavailable', 'payment_unavailable', detail, cause, {
    retry_after_ms: retryAfterOf(cause),
  });
}

/** https://docs.stripe.com/error-handling: what each error says about whether the request took effect. */
function toStepError(error: unknown): StepError {
  if (error instanceof StripeConnectionError) {
    return NEVER_SENT.has(networkCodeOf(error))
      ? unavailable('The payment provider cannot be reached.', error)
      : unknown('The payment provider did not answer.', error);
  }
  const status = error instanceof StripeError ? error.statusCode : undefined;
  if (status === 429 || hasCode(error, 'idempotency_key_in_use')) {
    return unavailable('The payment provider is busy.', error);
  }
  if (status === 401 || status === 403) return unavailable('The payment provider refuses our key.', error);
  if (status === 503) return unavailable('The payment provider is unavailable.', error);
  return unknown('The payment provider gave no answer that can be believed.', error);
}

/** The code of the failure beneath: `fetch` wraps it once more. */
function networkCodeOf({ detail }: InstanceType<typeof StripeConnectionError>): string {
  const failure = detail as { code?: string; cause?: { code?: string } } | undefined;
  return failure?.code ?? failure?.cause?.code ?? '';
}

function retryAfterOf(cause: unknown): number | undefined {
  return cause instanceof StripeError ? readRetryAfter(cause.headers?.['retry-after']) : undefined;
}
