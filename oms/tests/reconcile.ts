import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type Stripe from 'stripe';
import { easypostAt, PARCEL, stripeAt } from '../../sandbox/tests/start.ts';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { StripeProvider } from '../src/payments/stripe.ts';
import { connectStripe } from '../src/payments/stripe_client.ts';
import type { Finding } from '../src/reconcile/finding.ts';
import { type ReconcileOptions, reconcile } from '../src/reconcile/reconcile.ts';
import { type Summary, summarise } from '../src/reconcile/report.ts';
import { State } from '../src/reconcile/state.ts';
import { EasyPostCarrier } from '../src/shipping/easypost.ts';
import { connectEasyPost } from '../src/shipping/easypost_client.ts';
import type { OffenceKind } from '../src/verify/offences.ts';
import { type Network, startNetwork } from './network.ts';

export const folder = mkdtempSync(join(tmpdir(), 'reconcile-'));
after(() => rmSync(folder, { recursive: true }));

export interface World {
  network: Network;
  stripe: Stripe;
  easypost: ReturnType<typeof easypostAt>;
}

/** A difference, planted at a provider or in the database, and how a run must see it. */
export interface Planted {
  name: string;
  order: 'completed' | 'cancelled' | 'voided';
  plant(order: Order, world: World): Promise<unknown>;
  kinds: OffenceKind[];
}

export const payment = (order_id: string, capture_method: 'manual' | 'automatic') => ({
  amount: 700,
  currency: 'gbp',
  payment_method: 'pm_card_visa',
  confirm: true,
  capture_method,
  metadata: { order_id },
});

export async function parcel(reference: string, { easypost }: World) {
  const { id, rates } = await easypost.Shipment.create({ ...PARCEL, reference });
  return easypost.Shipment.buy(id, rates[0]!.id);
}

export async function startWorld(): Promise<World> {
  const network = await startNetwork();
  await network.api.stock('CUP', 1_000);
  const { sandbox_url } = network;
  return { network, stripe: stripeAt(sandbox_url), easypost: easypostAt(sandbox_url) };
}

export async function placed({ network: { api, sandbox } }: World, order: Planted['order']): Promise<Order> {
  const payment_method = order === 'cancelled' ? 'pm_card_chargeDeclined' : 'pm_card_visa';
  if (order === 'voided') {
    await sandbox.call('POST', '/faults', { operation: 'shipments.create', kind: 'fail_before' });
  }
  const { id } = await api.place({ lines: [{ sku: 'CUP', quantity: 2 }], payment_method });
  const ended = await api.ended(id);
  await sandbox.call('DELETE', '/faults');
  return ended;
}

export async function plantAll(world: World, planted: Planted[]): Promise<Map<string, Planted>> {
  const by_id = new Map<string, Planted>();
  for (const one of planted) {
    const order = await placed(world, one.order);
    await one.plant(order, world);
    by_id.set(order.id, one);
  }
  return by_id;
}

let states = 0;

export interface Outcome {
  summary: Summary;
  findings: Finding[];
  said: string[];
}

export async function run(
  { network }: World,
  given: Partial<ReconcileOptions> & { state_path?: string } = {},
): Promise<Outcome> {
  const { pool, sandbox_url: url } = network;
  const stripe = { key: 'sk_test_sandbox', url };
  const easypost = { key: 'EZTKsandbox', url };
  const state = new State(given.state_path ?? join(folder, `${++states}.sqlite`));
  const said: string[] = [];
  try {
    const options = {
      pool,
      provider: new StripeProvider(connectStripe({ ...stripe, timeout_ms: 5_000 })),
      carrier: new EasyPostCarrier(connectEasyPost({ ...easypost, timeout_ms: 5_000 })),
      database: 'test',
      stripe,
      easypost,
      repair: false,
      restart: false,
      stopped: new AbortController().signal,
      show: quiet(said),
      ...given,
    };
    const compared = await reconcile(options, state);
    return { summary: summarise(state, compared, 'list'), findings: [...state.findings()], said };
  } finally {
    state.close();
  }
}

export function quiet(
  said: string[],
  onAdvance: (stage: string) => void = () => {},
): ReconcileOptions['show'] {
  return {
    begin: (text) => void said.push(text),
    async stage(name, _total, work) {
      await work(() => onAdvance(name));
    },
  };
}

/** Everything that a run could have changed. */
export async function everything({ network }: World): Promise<unknown> {
  const tables = ['orders', 'order_events', 'payment_entries', 'shipments', 'outbox'];
  const theirs = ['sandbox.payment_intents', 'sandbox.refunds', 'sandbox.shipments'];
  const all = [...tables, ...theirs].map(async (table) => {
    const { rows } = await network.pool.query(`SELECT * FROM ${table} ORDER BY 1, 2`);
    return rows;
  });
  return Promise.all(all);
}

export function kindsOf(findings: Finding[], id: string): string[] {
  return findings.filter(({ subject }) => subject === id).map(({ kind }) => kind);
}
