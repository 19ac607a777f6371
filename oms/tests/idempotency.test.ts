import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newKey, newOrder } from './client.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

describe('the same request made twice', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork();
    await network.api.stock('CUP', 10_000);
  });
  after(() => assertInvariants(network).finally(() => network.stop()));

  const place = (key: string, quantity = 1) =>
    network.api.call('POST', '/api/v1/orders', newOrder({ lines: [{ sku: 'CUP', quantity }] }), {
      'idempotency-key': key,
    });
  const countOrders = async () =>
    (await network.pool.query('SELECT count(*)::int AS count FROM orders')).rows[0].count;

  it('places one order and gets one answer, even after the order has moved on', async () => {
    const key = newKey();
    const first = await place(key);
    await network.api.ended(first.body.id);
    const second = await place(key);
    assert.deepEqual(second.body, first.body);
    assert.equal(second.status, 202);
    for (const header of ['etag', 'location'])
      assert.equal(second.headers.get(header), first.headers.get(header));
  });

  it('places one order when twenty come at once', async () => {
    const before_all = await countOrders();
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => place(key)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
    assert.equal(await countOrders(), before_all + 1);
  });

  it('is refused when it asks for something else', async () => {
    const key = newKey();
    await place(key, 1);
    const { status, body } = await place(key, 2);
    assert.equal(status, 422);
    assert.equal(body.code, 'idempotency_key_reused');
  });

  it('gets its answer though the price has changed since', async () => {
    await network.api.stock('PLATE', 10, 100);
    const order = newOrder({ lines: [{ sku: 'PLATE', quantity: 1 }] });
    const headers = { 'idempotency-key': newKey() };
    const first = await network.api.call('POST', '/api/v1/orders', order, headers);
    await network.api.stock('PLATE', 0, 200);
    const second = await network.api.call('POST', '/api/v1/orders', order, headers);
    assert.deepEqual(second.body, first.body);
    assert.equal(second.body.total_amount, 100);
  });

  it('may use the key of another operation', async () => {
    const key = newKey();
    await place(key);
    const receipt = await network.api.call(
      'POST',
      '/api/v1/products/CUP/receipts',
      { quantity: 1 },
      { 'idempotency-key': key },
    );
    assert.equal(receipt.status, 201);
    assert.ok(receipt.body.received > 0);
  });

  it('receives stock once', async () => {
    await network.api.stock('BOWL', 0);
    const headers = { 'idempotency-key': newKey() };
    const receive = () =>
      network.api.call('POST', '/api/v1/products/BOWL/receipts', { quantity: 7 }, headers);
    const answers = await Promise.all([receive(), receive(), receive()]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201],
    );
    assert.equal((await network.api.stockOf('BOWL')).on_hand, 7);
  });

  it('is the same though its fields come in another order', async () => {
    const key = newKey();
    const first = await place(key);
    const { shipping_address, ...rest } = newOrder({ lines: [{ quantity: 1, sku: 'CUP' }] });
    const turned = Object.fromEntries(Object.entries(shipping_address).reverse());
    const again = { shipping_address: turned, ...rest };
    const second = await network.api.call('POST', '/api/v1/orders', again, { 'idempotency-key': key });
    assert.deepEqual(second.body, first.body);
  });

  it('that was refused leaves the key free', async () => {
    const headers = { 'idempotency-key': newKey() };
    const order = newOrder({ lines: [{ sku: 'LATER', quantity: 1 }] });
    assert.equal((await network.api.call('POST', '/api/v1/orders', order, headers)).status, 422);
    await network.api.stock('LATER', 5);
    assert.equal((await network.api.call('POST', '/api/v1/orders', order, headers)).status, 202);
  });
});

describe('prices', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork();
  });
  after(() => network.stop());

  it('are the catalogue’s at the moment of acceptance, though another process changed them', async () => {
    await network.api.stock('CUP', 100, 300);
    await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    // As another process would: this one's cache is not told.
    await network.pool.query("UPDATE products SET unit_price = 400 WHERE sku = 'CUP'");
    const order = await network.api.place({ lines: [{ sku: 'CUP', quantity: 2 }] });
    assert.equal(order.total_amount, 800);
  });

  it('may be agreed with a trusted caller, and with nobody else', async () => {
    const order = newOrder({
      lines: [
        { sku: 'CUP', quantity: 2, unit_price: 10 },
        { sku: 'CUP', quantity: 1 },
      ],
    });
    const place = (headers: Record<string, string>) =>
      network.api.call('POST', '/api/v1/orders', order, headers);
    const trusted = await place({ 'x-api-key': 'a-key-for-tests-only' });
    assert.equal(trusted.body.total_amount, 420);
    const stranger = await place({});
    assert.equal(stranger.status, 403);
    assert.equal(stranger.body.code, 'agreed_price_not_allowed');
    assert.deepEqual(
      stranger.body.errors.map((error: { pointer: string }) => error.pointer),
      ['/lines/0/unit_price'],
    );
    const pretender = await place({ 'x-api-key': 'wrong' });
    assert.equal(pretender.body.code, 'unauthenticated');
  });
});
