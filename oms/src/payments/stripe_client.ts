import { boundedFetch } from '@oms/kit/http_client/bounded_fetch.ts';
import Stripe from 'stripe';

export interface StripeOptions {
  key: string;
  /** Where Stripe's API is, when it is not at its own address. */
  url: string | undefined;
  /** For a whole request and its response. */
  timeout_ms: number;
}

/** The part of Stripe's client that is used. */
export type StripeClient = Pick<Stripe, 'paymentIntents' | 'refunds'>;

export function connectStripe({ key, url, timeout_ms }: StripeOptions): StripeClient {
  return new Stripe(key, {
    // Our own policies decide what is tried again, and when.
    maxNetworkRetries: 0,
    timeout: timeout_ms,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(fetchFromStripe),
    ...(url && addressOf(url)),
  });
}

/**
 * Stripe's client knows an error by its body alone, and takes one that is not JSON for a response without a status. What
 * a proxy answers for Stripe gets a body of Stripe's form, so that its status and headers count.
 */
async function fetchFromStripe(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await boundedFetch(input, init);
  if (response.ok) return response;
  const text = await response.text();
  const { status, headers } = response;
  return new Response(isStripeError(text) ? text : JSON.stringify(NOT_STRIPES), { status, headers });
}

const NOT_STRIPES = { error: { type: 'api_error', message: 'The error has no body of Stripe’s form.' } };

function isStripeError(text: string): boolean {
  try {
    return typeof JSON.parse(text)?.error === 'object';
  } catch {
    return false;
  }
}

function addressOf(url: string) {
  const { protocol, hostname, port } = new URL(url);
  const scheme: 'http' | 'https' = protocol === 'http:' ? 'http' : 'https';
  return { protocol: scheme, host: hostname, port: port || (scheme === 'http' ? '80' : '443') };
}
