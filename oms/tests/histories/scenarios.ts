import assert from 'node:assert/strict';
import { until } from '../../../sandbox/tests/start.ts';
import type { Config } from '../../src/config/config.ts';
import type { Order } from '../../src/generated/contract/types.gen.ts';
import { INVENTORY_FIRST, WAIT_FOR_PROVIDERS } from '../../src/orders/workflow.ts';
import { deliveryId } from '../../src/outbox/relay.ts';
import { registerWebhook } from '../../src/shipping/easypost_webhook.ts';
import { type Network, testConfig } from '../network.ts';

/** A way that a workflow can go, and how to make one go it. */
export interface Scenario {
  /** Of the file that keeps its history. */
  name: string;
  config?: Partial<Config>;
  /** Carries an order through and checks that it went that way. @returns the id of the workflow */
  run(network: Network): Promise<string>;
}

/** Every way whose history is kept with each release. A new workflow, or a new way of one, is a new row. */
export const scenarios: Scenario[] = [
  {
    name: 'completed',
    async run(network) {
      return completed(await network.api.ended(await place(network)));
    },
  },
  {
    name: 'cancelled-by-customer',
    async run(network) {
      await breakDown(network, { operation: 'payment_intents.capture', kind: 'fail_before' });
      const id = await place(network);
      await network.api.until(id, (order) => order.stage === 'shipped');
      assert.equal((await network.api.cancel(id)).status, 202);
      return cancelled(await network.api.ended(id), 'customer_request');
    },
  },
  {
    name: 'payment-declined',
    async run(network) {
      const id = await place(network, 'pm_card_chargeDeclined');
      return cancelled(await network.api.ended(id), 'payment_declined');
    },
  },
  {
    name: 'shipping-unavailable',
    config: { patches_held_back: WAIT_FOR_PROVIDERS },
    async run(network) {
      await breakDown(network, { operation: 'shipments.buy', kind: 'fail_before' });
      return cancelled(await network.api.ended(await place(network)), 'shipping_unavailable');
    },
  },
  {
    name: 'outage-waited-for',
    config: { outage_first_wait_ms: 500, outage_deadline_ms: 3_600_000 },
    async run(network) {
      // One series of attempts, and the first of the next.
      await breakDown(network, { operation: 'shipments.create', kind: 'fail_before', on: { first: 6 } });
      return completed(await network.api.ended(await place(network)));
    },
  },
  {
    name: 'attention-mended',
    async run(network) {
      await breakDown(network, { operation: 'payment_intents.create', kind: 'hang_before' });
      const id = await place(network);
      await network.api.until(id, (order) => order.attention !== null);
      await network.sandbox.call('DELETE', '/faults');
      const retry = await network.api.call('POST', `/api/v1/orders/${id}/attention`, { action: 'retry' });
      assert.equal(retry.status, 202);
      return completed(await network.api.ended(id));
    },
  },
  {
    name: 'payment-first',
    config: { patches_held_back: INVENTORY_FIRST },
    async run(network) {
      const order = await network.api.ended(await place(network));
      const events = await network.api.events(order.id);
      assert.ok(events.indexOf('order.authorised') < events.indexOf('order.reserved'));
      return completed(order);
    },
  },
  {
    name: 'delivered',
    config: { track_deliveries: true },
    async run(network) {
      const { api, context, sandbox, sandbox_url: url } = network;
      const secret = testConfig('').easypost_webhook_secret!;
      await registerWebhook({ key: 'EZTKsandbox', url, secret, address: api.address });
      const { id, shipment } = await api.ended(await place(network));
      await until(async () => (await context.engine.describe(deliveryId(id))).state === 'running');
      const path = `/parcels/${shipment?.provider_id}/tracking`;
      for (const status of ['in_transit', 'out_for_delivery', 'delivered']) {
        assert.equal((await sandbox.call('POST', path, { status })).status, 200);
      }
      await api.until(id, (order) => order.shipment?.tracking_status === 'delivered');
      return deliveryId(id);
    },
  },
];

async function place({ api }: Network, payment_method = 'pm_card_visa'): Promise<string> {
  return (await api.place({ lines: [{ sku: 'CUP', quantity: 1 }], payment_method })).id;
}

async function breakDown({ sandbox }: Network, fault: object): Promise<void> {
  assert.equal((await sandbox.call('POST', '/faults', fault)).status, 201);
}

function completed(order: Order): string {
  assert.equal(order.status, 'completed', JSON.stringify(order));
  return `order-${order.id}`;
}

function cancelled(order: Order, code: string): string {
  assert.equal(order.cancellation?.code, code, JSON.stringify(order));
  return `order-${order.id}`;
}
