import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Order } from '../src/generated/contract/types.gen.ts';
import type { Carrier } from '../src/shipping/carrier.ts';
import { EasyPostCarrier } from '../src/shipping/easypost.ts';
import { connectEasyPost } from '../src/shipping/easypost_client.ts';
import { shippingSteps } from '../src/shipping/steps.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

describe('the daily look for a parcel', () => {
  let network: Network;
  let carrier: Carrier;
  const orders: Order[] = [];
  before(async () => {
    network = await startNetwork();
    carrier = new EasyPostCarrier(
      connectEasyPost({ key: 'EZTKsandbox', url: network.sandbox_url, timeout_ms: 10_000 }),
    );
    await network.api.stock('CUP', 100);
    const placed = await Promise.all(
      Array.from({ length: 5 }, () => network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] })),
    );
    for (const { id } of placed) orders.push(await network.api.ended(id));
    // So that what is put into the outbox stays there to be seen.
    await network.restart({ worker: false });
  });
  after(() => assertInvariants(network).finally(() => network.stop()));

  const attempt = { number: 1, report: () => {} };
  const check = ({ id: order_id }: Order, days = '1', asked = carrier) =>
    shippingSteps({ pool: network.pool, carrier: asked }).check_delivery!({ order_id, days }, attempt);
  const move = ({ id }: Order, status: string) =>
    network.sandbox.call('POST', `/parcels/${id}/tracking`, { status });
  const toldAfterEnd = async ({ id }: Order) => {
    const told = await network.api.events(id);
    return told.slice(told.indexOf('order.completed') + 1);
  };
  const messages = async ({ id }: Order) =>
    (await network.pool.query('SELECT kind FROM outbox WHERE order_id = $1', [id])).rows.map(
      ({ kind }) => kind,
    );
  /** As if the event had been written so long ago. */
  const age = ({ id }: Order, interval: string) =>
    network.pool.query(
      `UPDATE order_events SET occurred_at = occurred_at - $2::interval
       WHERE order_id = $1 AND type = 'order.delivery_overdue'`,
      [id, interval],
    );
  const OVERDUE = 'order.delivery_overdue';

  it('says nothing of a parcel that has time left', async () => {
    const order = orders[0]!;
    await check(order, '100');
    assert.deepEqual(await toldAfterEnd(order), []);
  });

  it('learns what the carrier did not tell, and wakes who waits for it', async () => {
    const order = orders[1]!;
    await move(order, 'in_transit');
    await check(order);
    assert.deepEqual(await messages(order), []);
    await move(order, 'delivered');
    await check(order);
    assert.deepEqual(await toldAfterEnd(order), ['order.in_transit', 'order.delivered']);
    assert.deepEqual(await messages(order), ['delivered']);
  });

  it('wakes who waits once more when the message went astray', async () => {
    const order = orders[1]!;
    await network.pool.query('DELETE FROM outbox WHERE order_id = $1', [order.id]);
    await check(order);
    assert.deepEqual(await messages(order), ['delivered']);
    assert.deepEqual(await toldAfterEnd(order), ['order.in_transit', 'order.delivered']);
  });

  it('tells once a week of a parcel that the carrier meant to have delivered', async () => {
    const order = orders[2]!;
    await network.pool.query('UPDATE sandbox.shipments SET bought_ms = bought_ms - $2 WHERE reference = $1', [
      order.id,
      30 * 24 * 60 * 60 * 1000,
    ]);
    await check(order);
    await check(order);
    await age(order, '6 days');
    await check(order, '7');
    assert.deepEqual(await toldAfterEnd(order), [OVERDUE]);
    await age(order, '1 day');
    await check(order, '8');
    assert.deepEqual(await toldAfterEnd(order), [OVERDUE, OVERDUE]);
    const { body } = await network.api.call('GET', `/api/v1/orders/${order.id}/events?limit=200`);
    assert.equal(body.at(-1).data.days, 8);
    assert.equal(body.at(-1).data.status, 'pre_transit');
  });

  it('takes a week for late where the carrier names no day', async () => {
    const order = orders[3]!;
    const vague = { track: async () => ({ ...(await carrier.track(order.shipment!)), expected_at: null }) };
    await check(order, '6', vague as unknown as Carrier);
    assert.deepEqual(await toldAfterEnd(order), []);
    await check(order, '7', vague as unknown as Carrier);
    assert.deepEqual(await toldAfterEnd(order), [OVERDUE]);
  });

  it('is confirmed by a message only when the parcel is delivered', async () => {
    const confirm = ({ id: order_id }: Order) =>
      shippingSteps({ pool: network.pool, carrier }).confirm_delivery!({ order_id }, attempt);
    await confirm(orders[1]!);
    await assert.rejects(confirm(orders[0]!), { kind: 'declined', code: 'pre_transit' });
    await move(orders[0]!, 'return_to_sender');
    await check(orders[0]!);
    await assert.rejects(confirm(orders[0]!), { kind: 'declined', code: 'return_to_sender' });
  });

  it('fails as the carrier does, and leaves nothing behind', async () => {
    const order = orders[4]!;
    await network.sandbox.call('POST', '/faults', { operation: 'shipments.retrieve', kind: 'fail_before' });
    await assert.rejects(check(order), { kind: 'unavailable' });
    await network.sandbox.call('DELETE', '/faults');
    assert.deepEqual(await toldAfterEnd(order), []);
  });
});
