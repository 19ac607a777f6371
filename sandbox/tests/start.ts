import EasyPostModule from '@easypost/api';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import type pg from 'pg';
import Stripe from 'stripe';
import type { Fault } from '../src/faults/fault.ts';
import { createSandbox } from '../src/sandbox.ts';

// The package's types describe its CommonJS half; what an ES module imports is the class itself.
const EasyPostClient = EasyPostModule as unknown as typeof EasyPostModule.default;
type EasyPostClient = InstanceType<typeof EasyPostClient>;

export interface Running {
  url: string;
  pool: pg.Pool;
  stripe: Stripe;
  easypost: EasyPostClient;
  /** As after a crash: a new sandbox on the same database. */
  restart(): Promise<void>;
  order(fault: Fault): Promise<{ id: string }>;
  stop(): Promise<void>;
}

/** A sandbox on a database of its own, and both official clients pointed at it. */
export async function startSandbox(): Promise<Running> {
  const database = await createTestDatabase();
  const pool = createPool({ url: database.url, max: 8, application_name: 'sandbox-test' });
  let sandbox = createSandbox({ pool });
  const running: Running = {
    pool,
    ...pointAt(await sandbox.listen()),
    async restart() {
      await sandbox.close();
      sandbox = createSandbox({ pool });
      Object.assign(running, pointAt(await sandbox.listen()));
    },
    async order(fault) {
      const response = await postJson(`${running.url}/faults`, fault);
      if (response.status !== 201) throw new Error(await response.text());
      return (await response.json()) as { id: string };
    },
    async stop() {
      await sandbox.close();
      await pool.end();
      await database.drop();
    },
  };
  return running;
}

export function postJson(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

export function stripeAt(url: string, timeout_ms = 5_000): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe('sk_test_sandbox', {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    timeout: timeout_ms,
    telemetry: false,
  });
}

/** The client keeps its option `timeout` to itself; superagent's own must be set by the middleware. */
export function easypostAt(url: string, timeout_ms = 5_000): EasyPostClient {
  return new EasyPostClient('EZTKsandbox', {
    baseUrl: `${url}/v2/`,
    requestMiddleware: (request) => request.timeout(timeout_ms),
  });
}

function pointAt(url: string) {
  return { url, stripe: stripeAt(url), easypost: easypostAt(url) };
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline_ms = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline_ms) throw new Error('it did not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const HELD = {
  amount: 1999,
  currency: 'gbp',
  payment_method: 'pm_card_visa',
  allowed_payment_method_types: ['card'],
  capture_method: 'manual',
  confirm: true,
} satisfies Stripe.PaymentIntentCreateParams;

export const PARCEL = {
  to_address: {
    name: 'Ada',
    street1: '1 Main St',
    city: 'Springfield',
    state: 'IL',
    zip: '62701',
    country: 'US',
  },
  from_address: {
    name: 'Shop',
    street1: '2 Dock Rd',
    city: 'Newark',
    state: 'NJ',
    zip: '07101',
    country: 'US',
  },
  parcel: { weight: 20 },
};
