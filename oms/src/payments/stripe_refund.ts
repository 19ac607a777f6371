import { randomUUID } from 'node:crypto';
import type { StripeClient } from './stripe_client.ts';
import { isRefusal, isReplayed, readStripe, unavailable } from './stripe_errors.ts';
import { type Intent, type Refund, readRefunds } from './stripe_responses.ts';

/** Far more than an order can come to have. */
const REFUNDS_MAX = 100;

export async function listRefunds(stripe: StripeClient, intent_id: string): Promise<Refund[]> {
  const response = await readStripe(() =>
    stripe.refunds.list({ payment_intent: intent_id, limit: REFUNDS_MAX }),
  );
  return readRefunds(response, intent_id);
}

/**
 * Refunds all that a payment has taken. Only a refund that has succeeded counts: a pending one is waited for, and one
 * that failed is made again under another key, because its own would bring the failure back.
 * Stripe never refunds more than was taken, so two keys cannot refund twice.
 * @param key the idempotency key of the first refund
 * @returns the refund's id
 * @throws StepError `unavailable` while the refund is pending, or when it failed just now
 */
export async function refundInFull(
  stripe: StripeClient,
  { id: intent_id, amount_received }: Intent,
  key: string,
): Promise<string> {
  const refunds = await listRefunds(stripe, intent_id);
  const earlier = findDone(refunds, amount_received);
  if (earlier) return earlier;
  const failures = refunds.filter(({ status }) => status === 'failed' || status === 'canceled').length;
  await createRefund(stripe, intent_id, failures === 0 ? key : `${key}-${failures + 1}`);
  const made = findDone(await listRefunds(stripe, intent_id), amount_received);
  if (made) return made;
  throw unavailable('The payment provider has not refunded the payment.');
}

/** What became of it, the list of refunds says, whatever the response was. */
async function createRefund(stripe: StripeClient, payment_intent: string, key: string): Promise<void> {
  const create = (idempotencyKey: string) => stripe.refunds.create({ payment_intent }, { idempotencyKey });
  try {
    await create(key).catch((error) => {
      if (!isReplayed(error)) throw error;
      return create(`${key}-${randomUUID()}`);
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** @throws StepError `unavailable` while a refund is on its way */
function findDone(refunds: Refund[], taken: number): string | undefined {
  if (sumOf(refunds) >= taken) return refunds.find(isDone)?.id;
  if (refunds.some(({ status }) => status === 'pending' || status === 'requires_action')) {
    throw unavailable('The refund is pending at the payment provider.');
  }
  return undefined;
}

function sumOf(refunds: Refund[]): number {
  return refunds.filter(isDone).reduce((sum, { amount }) => sum + amount, 0);
}

function isDone({ status }: Refund): boolean {
  return status === 'succeeded';
}
