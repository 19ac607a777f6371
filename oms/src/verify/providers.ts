import easypost from '@easypost/api';
import Stripe from 'stripe';

export interface Account {
  key: string;
  /** Where the provider's API is, when it is not at its own address. */
  url?: string | undefined;
}

export interface Intent {
  id: string;
  status: Stripe.PaymentIntent.Status;
  currency: string;
  /** What was taken, in minor units; refunds do not lessen it. */
  amount_received: number;
  amount_refunded: number;
}

export interface Parcel {
  id: string;
  tracking_code: string;
}

const TIMEOUT_MS = 30_000;
const PAGE_SIZE = 100;

/**
 * All payments that name an order, by the order's id.
 *
 * Payments that name none are someone else's on the same account, and left alone.
 */
export async function readPayments({ key, url }: Account): Promise<Map<string, Intent[]>> {
  const stripe = new Stripe(key, {
    maxNetworkRetries: 2,
    timeout: TIMEOUT_MS,
    telemetry: false,
    ...(url && at(url)),
  });
  const intents = new Map<string, Intent[]>();
  const by_id = new Map<string, Intent>();
  for await (const intent of stripe.paymentIntents.list({ limit: PAGE_SIZE })) {
    const { order_id } = intent.metadata;
    if (!order_id) continue;
    const { id, status, currency, amount_received } = intent;
    const kept = { id, status, currency, amount_received, amount_refunded: 0 };
    by_id.set(id, kept);
    put(intents, order_id, kept);
  }
  for await (const { payment_intent, amount, status } of stripe.refunds.list({ limit: PAGE_SIZE })) {
    const intent = by_id.get(
      typeof payment_intent === 'string' ? payment_intent : (payment_intent?.id ?? ''),
    );
    if (intent && status !== 'failed' && status !== 'canceled') intent.amount_refunded += amount;
  }
  return intents;
}

// The package's types describe its CommonJS shape, where the class is `default`; as a module it is the class.
const EasyPost = easypost as unknown as typeof easypost.default;

// A refund that the carrier refuses leaves the parcel as it was.
const GIVEN_BACK = new Set<string | null>(['submitted', 'refunded']);

/** All live parcels that name an order, by the order's id; live means bought and not given back. */
export async function readParcels({ key, url }: Account): Promise<Map<string, Parcel[]>> {
  const { Shipment } = new EasyPost(key, {
    ...(url && { baseUrl: `${url}/v2/` }),
    // biome-ignore lint/suspicious/noExplicitAny: superagent's request, which the client does not export
    requestMiddleware: (request: any) => request.timeout(TIMEOUT_MS),
  });
  const parcels = new Map<string, Parcel[]>();
  let page = await Shipment.all({ page_size: PAGE_SIZE });
  for (;;) {
    for (const { id, reference, tracking_code, refund_status } of page.shipments) {
      const isLive = !GIVEN_BACK.has(refund_status);
      if (reference && isLive) put(parcels, reference, { id, tracking_code });
    }
    if (!page.has_more) return parcels;
    page = await Shipment.getNextPage(page);
  }
}

function put<Value>(values: Map<string, Value[]>, key: string, value: Value): void {
  const known = values.get(key);
  if (known) known.push(value);
  else values.set(key, [value]);
}

function at(url: string) {
  const { protocol, hostname, port } = new URL(url);
  const scheme: 'http' | 'https' = protocol === 'http:' ? 'http' : 'https';
  return { protocol: scheme, host: hostname, port: port || (scheme === 'http' ? '80' : '443') };
}
