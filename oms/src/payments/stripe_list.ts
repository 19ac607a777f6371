import type { PaymentRequest } from './provider.ts';
import type { StripeClient } from './stripe_client.ts';
import { readStripe, unknown } from './stripe_errors.ts';
import { type Intent, readIntents } from './stripe_responses.ts';

const PAGE_SIZE = 100;
/** Payments of the account since the order was placed: 2000. */
const PAGES_MAX = 20;
/** How far Stripe's clock may be behind ours. */
const CLOCK_SKEW_S = 5 * 60;

/** The order's payment that `is` so, by the list of all payments, which does not lag behind as search does. */
export async function findListed(
  stripe: StripeClient,
  { order_id, placed_at }: PaymentRequest,
  is: (intent: Intent) => boolean,
): Promise<Intent | undefined> {
  const created = { gte: Math.floor(placed_at.getTime() / 1000) - CLOCK_SKEW_S };
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { created, limit: PAGE_SIZE, ...(after && { starting_after: after }) };
    const { data, has_more } = readIntents(await readStripe(() => stripe.paymentIntents.list(query)));
    const found = data.find((intent) => intent.metadata.order_id === order_id && is(intent));
    if (found || !has_more) return found;
    after = data.at(-1)?.id;
  }
  throw unknown('There are too many payments to find this one among them.', undefined);
}
