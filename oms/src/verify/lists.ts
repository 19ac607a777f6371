import easypost from '@easypost/api';
import Stripe from 'stripe';
import { fromStripeAmount } from '../payments/stripe_amounts.ts';

export interface Account {
  key: string;
  /** Where the provider's API is, when it is not at its own address. */
  url?: string | undefined;
}

/** A page of a provider's list, the newest first. */
export interface Page<Item> {
  items: Item[];
  /** What the next page begins after; undefined when this one is the last. */
  next: string | undefined;
}

export interface PageOptions {
  /** `next` of the page before. */
  after?: string | undefined;
  /** Only what was made at this time or later. */
  since?: Date | undefined;
  /** Most items of a page; the providers give at most a hundred. */
  size?: number | undefined;
}

export type ReadPage<Item> = (options?: PageOptions) => Promise<Page<Item>>;

export interface ListedPayment {
  id: string;
  /** Undefined on a payment that is someone else's on the same account. */
  order_id: string | undefined;
  status: Stripe.PaymentIntent.Status;
  currency: string;
  /** What was taken, in minor units of ISO 4217; refunds do not lessen it. */
  amount_received: number;
}

export interface ListedRefund {
  id: string;
  payment_id: string | undefined;
  /** What it gave back: nothing while it is pending, or when it failed. */
  amount: number;
}

export interface ListedParcel {
  id: string;
  order_id: string | undefined;
  tracking_code: string;
  /** Bought and not given back. */
  is_live: boolean;
}

const TIMEOUT_MS = 30_000;
const RETRIES_MAX = 2;
const PAGE_SIZE = 100;

/** Payments and refunds, page by page. */
export function paymentLists({ key, url }: Account): {
  payments: ReadPage<ListedPayment>;
  refunds: ReadPage<ListedRefund>;
} {
  const stripe = new Stripe(key, {
    maxNetworkRetries: RETRIES_MAX,
    timeout: TIMEOUT_MS,
    telemetry: false,
    ...(url && at(url)),
  });
  return {
    async payments(options) {
      const { data, has_more } = await stripe.paymentIntents.list(toStripe(options));
      const items = each(data, 'payment_intent', ['amount_received'], ['status', 'currency']).map(
        ({ id, metadata, status, currency, amount_received }) => {
          const taken = fromStripeAmount(amount_received, currency);
          return { id, order_id: metadata?.order_id, status, currency, amount_received: taken };
        },
      );
      return { items, next: nextOf(items, has_more, options) };
    },
    async refunds(options) {
      const { data, has_more } = await stripe.refunds.list(toStripe(options));
      const items = each(data, 'refund', ['amount'], ['status', 'currency']).map(
        ({ id, payment_intent, amount, currency, status }) => ({
          id,
          payment_id: typeof payment_intent === 'string' ? payment_intent : payment_intent?.id,
          amount: status === 'succeeded' ? fromStripeAmount(amount, currency) : 0,
        }),
      );
      return { items, next: nextOf(items, has_more, options) };
    },
  };
}

/** The items of a page, when each is what was asked for: a list that is believed wrongly hides what it leaves out. */
function each<Item extends { id: string; object?: string }>(
  items: Item[] | undefined,
  object: string,
  numbers: readonly (keyof Item)[],
  texts: readonly (keyof Item)[],
): Item[] {
  if (!Array.isArray(items)) throw new Error('the answer is no list');
  for (const item of items) {
    const isOne =
      typeof item?.id === 'string' &&
      item.object === object &&
      numbers.every((name) => typeof item[name] === 'number') &&
      texts.every((name) => typeof item[name] === 'string');
    if (!isOne) throw new Error(`an item of the list is no ${object}: ${JSON.stringify(item).slice(0, 200)}`);
  }
  return items;
}

/** What the next page begins after; a page that leads to itself would be read without end. */
function nextOf(
  items: readonly { id: string }[],
  has_more: boolean | undefined,
  { after }: PageOptions = {},
): string | undefined {
  if (typeof has_more !== 'boolean') throw new Error('the answer does not say whether there is more');
  if (!has_more) return undefined;
  const last = items.at(-1)?.id;
  if (last === undefined || last === after)
    throw new Error('the list says that there is more, and not after what');
  return last;
}

function toStripe({ after, since, size = PAGE_SIZE }: PageOptions = {}) {
  return {
    limit: size,
    ...(after !== undefined && { starting_after: after }),
    ...(since && { created: { gte: Math.floor(since.getTime() / 1000) } }),
  };
}

// The package's types describe its CommonJS shape, where the class is `default`; as a module it is the class.
const EasyPost = easypost as unknown as typeof easypost.default;

// A refund that the carrier refuses leaves the parcel as it was.
const GIVEN_BACK = new Set<string | null>(['submitted', 'refunded']);
// The bounds of a whole list do not depend on our clock, because the provider dates parcels by its own.
const EARLIEST = new Date('2010-01-01T00:00:00Z');
const LATEST = new Date('2100-01-01T00:00:00Z');

/** Parcels that were bought, page by page. */
export function parcelList({ key, url }: Account): ReadPage<ListedParcel> {
  const { Shipment } = new EasyPost(key, {
    ...(url && { baseUrl: `${url}/v2/` }),
    // biome-ignore lint/suspicious/noExplicitAny: superagent's request, which the client does not export
    requestMiddleware: (request: any) => request.timeout(TIMEOUT_MS).retry(RETRIES_MAX),
  });
  return async (options = {}) => {
    const { after, since = EARLIEST, size = PAGE_SIZE } = options;
    const { shipments, has_more } = await Shipment.all({
      page_size: size,
      // Without both bounds EasyPost lists one month only.
      start_datetime: since.toISOString(),
      end_datetime: LATEST.toISOString(),
      ...(after !== undefined && { before_id: after }),
    });
    const items = each(shipments, 'Shipment', [], ['tracking_code']).map(
      ({ id, reference, tracking_code, refund_status }) => ({
        id,
        order_id: reference ?? undefined,
        tracking_code,
        is_live: !GIVEN_BACK.has(refund_status),
      }),
    );
    return { items, next: nextOf(items, has_more, options) };
  };
}

function at(url: string) {
  const { protocol, hostname, port } = new URL(url);
  const scheme: 'http' | 'https' = protocol === 'http:' ? 'http' : 'https';
  return { protocol: scheme, host: hostname, port: port || (scheme === 'http' ? '80' : '443') };
}
