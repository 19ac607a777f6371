import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { deliveryId } from '../src/outbox/relay.ts';
import { registerWebhook, WEBHOOK_PATH } from '../src/shipping/easypost_webhook.ts';
import { until } from './engine.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork, testConfig } from './network.ts';

const SECRET = testConfig('').easypost_webhook_secret!;

let network: Network;
async function start(config: Parameters<typeof testConfig>[1] = {}): Promise<void> {
  network = await startNetwork({ config });
  await network.api.stock('CUP', 100);
}
const stop = () => assertInvariants(network).finally(() => network.stop());

async function ended(): Promise<Order> {
  const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
  return network.api.ended(id);
}

/** Sends the carrier's event as the carrier would. */
async function tell(body: unknown, headers?: Record<string, string>) {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const signature = createHmac('sha256', SECRET).update(raw).digest('hex');
  const signed = { 'x-hmac-signature': `hmac-sha256-hex=${signature}` };
  return network.api.call('POST', WEBHOOK_PATH, raw, headers ?? signed);
}

function news(order: Order, status: string, at = '2026-01-08T14:05:00Z') {
  const tracking_details = [{ status, datetime: at }];
  const result = { object: 'Tracker', shipment_id: order.shipment!.provider_id, status, tracking_details };
  return { description: 'tracker.updated', result: { ...result, updated_at: '2026-01-09T00:00:00Z' } };
}

const outcomeOf = async (body: unknown) => (await tell(body)).body.outcome;

describe('news of a parcel', () => {
  before(() => start());
  after(stop);

  it('a bought parcel is not on its way yet', async () => {
    const { shipment } = await ended();
    assert.deepEqual(
      [shipment?.tracking_status, shipment?.tracking_updated_at, shipment?.delivered_at],
      ['pre_transit', null, null],
    );
  });

  it('show on the order, each with one event, however often they come', async () => {
    const order = await ended();
    const before = await network.api.events(order.id);
    assert.equal(await outcomeOf(news(order, 'in_transit', '2026-01-06T08:00:00Z')), 'recorded');
    assert.equal(await outcomeOf(news(order, 'in_transit', '2026-01-07T08:00:00Z')), 'unchanged');
    const { shipment, status } = await network.api.order(order.id);
    assert.equal(status, 'completed');
    assert.deepEqual(
      [shipment?.status, shipment?.tracking_status, shipment?.tracking_updated_at, shipment?.delivered_at],
      ['booked', 'in_transit', '2026-01-06T08:00:00.000Z', null],
    );
    await outcomeOf(news(order, 'delivered'));
    assert.equal((await network.api.order(order.id)).shipment?.delivered_at, '2026-01-08T14:05:00.000Z');
    assert.deepEqual(await network.api.events(order.id), [...before, 'order.in_transit', 'order.delivered']);
  });

  it('may come in any order: a parcel never goes back', async () => {
    const order = await ended();
    assert.equal(await outcomeOf(news(order, 'out_for_delivery')), 'recorded');
    assert.equal(await outcomeOf(news(order, 'in_transit')), 'unchanged');
    assert.equal(await outcomeOf(news(order, 'pre_transit')), 'unchanged');
    assert.equal(await outcomeOf(news(order, 'failure')), 'recorded');
    assert.equal(await outcomeOf(news(order, 'delivered')), 'recorded');
    assert.equal(await outcomeOf(news(order, 'return_to_sender')), 'unchanged');
    const { shipment } = await network.api.order(order.id);
    assert.equal(shipment?.tracking_status, 'delivered');
    const told = (await network.api.events(order.id)).slice(-3);
    assert.deepEqual(told, ['order.out_for_delivery', 'order.delivery_failed', 'order.delivered']);
  });

  it('that come many at once have one event', async () => {
    const order = await ended();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(news(order, 'delivered'))));
    assert.equal(outcomes.filter((outcome) => outcome === 'recorded').length, 1);
    const told = await network.api.events(order.id);
    assert.equal(told.filter((type) => type === 'order.delivered').length, 1);
  });

  it('wake nobody where deliveries are not tracked', async () => {
    const order = await ended();
    assert.equal(await outcomeOf(news(order, 'delivered')), 'recorded');
    await until(async () => (await network.pool.query('SELECT FROM outbox')).rowCount === 0);
    assert.equal((await network.context.engine.describe(deliveryId(order.id))).state, 'missing');
  });

  it('of other parcels, of nothing that we know, and of other things are taken and passed over', async () => {
    const order = await ended();
    const unknown = news(order, 'delivered');
    unknown.result.shipment_id = 'shp_of_someone_else';
    assert.deepEqual(await tell(unknown).then(({ status, body }) => [status, body]), [
      200,
      { outcome: 'ignored' },
    ]);
    for (const status of ['unknown', 'error', 'cancelled', 'constructor'])
      assert.equal(await outcomeOf(news(order, status)), 'ignored');
    assert.equal(await outcomeOf({ description: 'batch.updated', result: { id: 'batch_1' } }), 'ignored');
    assert.equal((await network.api.events(order.id)).at(-1), 'order.completed');
  });

  it('of a parcel that was given back change nothing', async () => {
    await network.sandbox.call('POST', '/faults', {
      operation: 'payment_intents.capture',
      kind: 'fail_before',
      times: 5,
    });
    const order = await ended();
    assert.deepEqual([order.status, order.shipment?.status], ['cancelled', 'cancelled']);
    assert.equal(await outcomeOf(news(order, 'delivered')), 'unchanged');
    const { shipment } = await network.api.order(order.id);
    assert.deepEqual([shipment?.tracking_status, shipment?.delivered_at], [null, null]);
    assert.equal((await network.api.events(order.id)).at(-1), 'order.cancelled');
  });

  it('are refused when they are not signed, or signed wrong, and change nothing', async () => {
    const order = await ended();
    const wrong = { 'x-hmac-signature': `hmac-sha256-hex=${'0'.repeat(64)}` };
    for (const headers of [{}, wrong, { 'x-hmac-signature': 'short' }]) {
      const { status, body } = await tell(news(order, 'delivered'), headers);
      assert.deepEqual([status, body.code], [401, 'signature_wrong']);
    }
    assert.equal((await network.api.order(order.id)).shipment?.tracking_status, 'pre_transit');
  });

  it('are taken whatever the carrier writes for a time, and however it writes a weight', async () => {
    const order = await ended();
    for (const at of ['0000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '99999', 'soon']) {
      const { status, body } = await tell(news(order, 'in_transit', at));
      assert.deepEqual([status, ['recorded', 'unchanged'].includes(body.outcome)], [200, true], at);
    }
    const { result, ...event } = news(order, 'out_for_delivery');
    const scanless = { ...result, weight: 35, tracking_details: null };
    for (const updated_at of ['0000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '99999', '']) {
      const outcome = await outcomeOf({ ...event, result: { ...scanless, updated_at } });
      assert.ok(outcome === 'recorded' || outcome === 'unchanged', updated_at);
    }
    assert.equal((await network.api.order(order.id)).shipment?.tracking_status, 'out_for_delivery');
    const at = (await network.api.order(order.id)).shipment?.tracking_updated_at;
    assert.ok(Math.abs(Date.parse(at ?? '') - Date.now()) < 600_000, at ?? 'no time');
  });

  it('are refused when they are malformed', async () => {
    assert.deepEqual(await tell('{').then(({ status, body }) => [status, body.code]), [
      400,
      'malformed_json',
    ]);
    const { status, body } = await tell({ description: 'tracker.updated', result: { status: 5 } });
    assert.deepEqual([status, body.code, body.errors[0].pointer], [400, 'invalid_request', '/result/status']);
  });

  for (const [what, body, expected] of [
    ['nothing', '', [400, 'malformed_json']],
    ['null', 'null', [400, 'invalid_request']],
    ['a list', '[]', [400, 'invalid_request']],
    ['no description', '{"result":{}}', [400, 'invalid_request']],
    ['no result', '{"description":"tracker.updated"}', [400, 'invalid_request']],
    ['a result that is null', '{"description":"tracker.updated","result":null}', [400, 'invalid_request']],
    ['a field twice', '{"description":"a","description":"b","result":{}}', [400, 'malformed_json']],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), [400, 'malformed_json']],
    ['100,000 levels', '['.repeat(100_000) + ']'.repeat(100_000), [400, 'malformed_json']],
    ['more than a MiB', JSON.stringify('x'.repeat(1024 * 1024)), [413, 'body_too_large']],
  ] as const) {
    it(`are refused when they are signed rightly and are ${what}`, async () => {
      const { status, body: problem } = await tell(body);
      assert.deepEqual([status, problem.code], expected);
    });
  }

  it('need no other name or key: their signature says who sends them', async () => {
    const order = await ended();
    await network.restart({ config: { host: '0.0.0.0' } });
    assert.equal(await outcomeOf(news(order, 'in_transit')), 'recorded');
    assert.equal((await network.api.call('GET', `/api/v1/orders/${order.id}`)).status, 401);
    await network.restart({});
  });

  it('cannot be trusted without a secret of one’s own', async () => {
    await network.restart({ config: { easypost_webhook_secret: undefined } });
    const { status, body } = await tell({ description: 'tracker.updated', result: {} });
    assert.deepEqual([status, body.code], [503, 'webhook_not_configured']);
    await network.restart({});
  });
});

describe('a delivery that is tracked', () => {
  before(async () => {
    await start({ track_deliveries: true });
    const url = network.sandbox_url;
    await registerWebhook({ key: 'EZTKsandbox', url, secret: SECRET, address: 'http://127.0.0.1:1' });
    await registerWebhook({ key: 'EZTKsandbox', url, secret: SECRET, address: network.api.address });
  });
  after(stop);

  const state = async (id: string) => (await network.context.engine.describe(deliveryId(id))).state;
  const move = (id: string, status: string) =>
    network.sandbox.call('POST', `/parcels/${id}/tracking`, { status });

  it('is followed from the carrier’s door to the customer’s', async () => {
    const { id } = await ended();
    await until(async () => (await state(id)) === 'running');
    await move(id, 'in_transit');
    await network.api.until(id, ({ shipment }) => shipment?.tracking_status === 'in_transit');
    assert.equal(await state(id), 'running');
    await move(id, 'delivered');
    await until(async () => (await state(id)) === 'ended');
    assert.equal((await network.api.order(id)).shipment?.tracking_status, 'delivered');
    assert.deepEqual((await network.api.events(id)).slice(-3), [
      'order.completed',
      'order.in_transit',
      'order.delivered',
    ]);
  });

  it('ends, too, when the parcel comes back', async () => {
    const { id } = await ended();
    await until(async () => (await state(id)) === 'running');
    await move(id, 'return_to_sender');
    await until(async () => (await state(id)) === 'ended');
    assert.equal((await network.api.events(id)).at(-1), 'order.returned_to_sender');
  });

  it('has one registration of the service at the carrier, its present address', async () => {
    const { rows } = await network.pool.query('SELECT url FROM sandbox.webhooks');
    assert.deepEqual(rows, [{ url: network.api.address + WEBHOOK_PATH }]);
  });
});
