import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { startTemporalServer, type TemporalServer } from '../src/engine/temporal/server.ts';
import { deliveryId, workflowId } from '../src/outbox/relay.ts';
import { registerWebhook } from '../src/shipping/easypost_webhook.ts';
import { DELIVERED } from '../src/shipping/workflow.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork, testConfig } from './network.ts';

/** What an operator sees of orders in Temporal's own list and histories. */
describe('in Temporal', () => {
  let server: TemporalServer;
  let network: Network;
  let client: Client;
  before(async () => {
    server = await startTemporalServer();
    network = await startNetwork({
      config: {
        engine: 'temporal',
        temporal_address: server.address,
        track_deliveries: true,
        provider_timeout_ms: 400,
      },
    });
    client = new Client({ connection: await Connection.connect({ address: server.address }) });
    await network.api.stock('CUP', 100);
    await network.api.call('PUT', '/api/v1/customers/ada', { name: 'Ada', email: 'ada@example.com' });
  });
  after(async () => {
    try {
      await assertInvariants(network);
    } finally {
      await client.connection.close();
      await network.stop();
      await server.stop();
    }
  });

  const place = () =>
    network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }], customer_id: 'ada' }).then(({ id }) => id);

  /** The ids of the workflows that the query finds; Temporal's list comes a little after the fact. */
  async function found(query: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { workflowId: id } of client.workflow.list({ query })) ids.push(id);
    return ids;
  }
  async function untilFound(query: string, id: string): Promise<void> {
    while (!(await found(query)).includes(workflowId(id))) await delay(50);
  }

  it('an order is found by its customer and its status', async () => {
    const id = await place();
    await network.api.ended(id);
    await untilFound(`CustomerId = 'ada' AND OrderStatus = 'completed' AND WorkflowType = 'order'`, id);
  });

  it('an order that a person must look at is found by the step that is stuck, until it is mended', async () => {
    await network.sandbox.call('POST', '/faults', {
      operation: 'payment_intents.capture',
      kind: 'hang_before',
    });
    const id = await place();
    const isStuck = `OrderAttention = 'capture_payment'`;
    await untilFound(isStuck, id);
    const { state, progress } = await network.context.engine.describe(workflowId(id));
    assert.deepEqual(
      { state, progress },
      { state: 'running', progress: { at: 'capture_payment', status: 'processing', attention: true } },
    );
    await network.sandbox.call('DELETE', '/faults');
    await network.api.call('POST', `/api/v1/orders/${id}/attention`, { action: 'retry' });
    await network.api.ended(id);
    while ((await found(isStuck)).length > 0) await delay(50);
  });

  it('histories hold ids, and nothing of a person', async () => {
    const id = await place();
    await network.api.ended(id);
    const history = await client.workflow.getHandle(workflowId(id)).fetchHistory();
    // Payloads are bytes, which become base 64 in JSON.
    const payloads = JSON.stringify(history).match(/"data":"[^"]+"/g) ?? [];
    const texts = payloads.map((data) => Buffer.from(data.slice('"data":"'.length, -1), 'base64').toString());
    assert.ok(texts.some((text) => text.includes(id)));
    for (const personal of ['Ada', 'Lovelace', 'example.com', 'Square', 'SW1Y', 'pm_card'])
      assert.ok(!texts.some((text) => text.includes(personal)), personal);
  });

  it('the parcel of a completed order is watched over, run after run, until it is delivered', async () => {
    const url = network.sandbox_url;
    const secret = testConfig(url).easypost_webhook_secret!;
    await registerWebhook({ key: 'EZTKsandbox', url, secret, address: network.api.address });
    const id = await place();
    await network.api.ended(id);
    const watcher = deliveryId(id);
    const handle = client.workflow.getHandle(watcher);
    const runOf = async () => (await handle.describe().catch(() => undefined))?.runId;
    while (!(await runOf())) await delay(20);
    const first = await runOf();
    // A message without news of the carrier: the watch goes on, as a new run under the same id.
    await network.context.engine.send(watcher, DELIVERED);
    while ((await runOf()) === first) await delay(20);
    assert.equal((await network.context.engine.describe(watcher)).state, 'running');
    await network.sandbox.call('POST', `/parcels/${id}/tracking`, { status: 'delivered' });
    assert.equal(await handle.result(), DELIVERED);
    assert.equal((await network.api.order(id)).shipment?.tracking_status, 'delivered');
  });
});
