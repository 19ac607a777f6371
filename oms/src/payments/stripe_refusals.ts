import Stripe from 'stripe';
import { isRefusal } from './stripe_errors.ts';
import { type Intent, isProvenDecline } from './stripe_responses.ts';

/** Whether a refusal is the key's own result, or of what was sent, which a request that comes late has in it too. */
export function isLastWord(error: unknown, order_id: string): boolean {
  if (error instanceof Stripe.errors.StripeCardError) return isDecline(error, order_id);
  return isRefusal(error) && error.statusCode === 400;
}

/** Whether a refused card left a payment of this order that holds nothing. */
export function isDecline(
  error: InstanceType<typeof Stripe.errors.StripeCardError>,
  order_id: string,
): boolean {
  return isProvenDecline(error.payment_intent, order_id);
}

/** For the log. */
export function statusOf({ id, status }: Intent): Error {
  return new Error(`${id} is ${status}`);
}
