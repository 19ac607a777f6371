import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Order, OrderSummary } from '../src/generated/contract/types.gen.ts';
import type { Answer } from './client.ts';
import { type Network, startNetwork } from './network.ts';

const address = { name: 'Ada', line1: '2 Street', city: 'Leeds', postal_code: 'LS1', country: 'GB' };

describe('an order that nobody carries yet', () => {
  let network: Network;
  let order: Order;
  before(async () => {
    network = await startNetwork({ worker: false });
    await network.api.stock('CUP', 100, 300);
    await network.api.stock('SPOON', 100, 85);
  });
  beforeEach(async () => {
    order = await network.api.place({
      lines: [
        { sku: 'CUP', quantity: 1 },
        { sku: 'SPOON', quantity: 1 },
      ],
    });
  });
  after(() => network.stop());

  const amend = (body: object, headers = {}) =>
    network.api.call('PUT', `/api/v1/orders/${order.id}`, body, headers);

  it('can be amended: new lines at today’s prices, a new address, a new version', async () => {
    const { status, body, headers } = await amend({
      lines: [{ sku: 'SPOON', quantity: 4 }],
      shipping_address: address,
    });
    assert.equal(status, 200);
    assert.equal(body.total_amount, 340);
    assert.deepEqual(body.lines, [{ sku: 'SPOON', quantity: 4, unit_price: 85 }]);
    assert.deepEqual(body.shipping_address, address);
    assert.equal(headers.get('etag'), '"2"');
    assert.deepEqual(await network.api.events(order.id), ['order.accepted', 'order.amended']);
  });

  it('remains readable when it was accepted before its country and currency were checked', async () => {
    await network.pool.query(
      `UPDATE orders SET currency = 'ZZZ', shipping_address = shipping_address || '{"country": "UK"}' WHERE id = $1`,
      [order.id],
    );
    const { status, body } = await network.api.call('GET', `/api/v1/orders/${order.id}`);
    assert.equal(status, 200);
    assert.deepEqual([body.currency, body.shipping_address.country], ['ZZZ', 'UK']);
  });

  it('is amended only in the version that was read', async () => {
    const body = { lines: [{ sku: 'CUP', quantity: 2 }], shipping_address: address };
    assert.equal((await amend(body, { 'if-match': '"1"' })).status, 200);
    const late = await amend(body, { 'if-match': '"1"' });
    assert.equal(late.status, 412);
    assert.equal(late.body.code, 'version_mismatch');
  });

  it('cannot be amended to what cannot be sold', async () => {
    const { status, body } = await amend({
      lines: [{ sku: 'NOPE', quantity: 1 }],
      shipping_address: address,
    });
    assert.equal(status, 422);
    assert.equal(body.code, 'unknown_sku');
    assert.deepEqual(await network.api.order(order.id), order);
  });

  it('that is to be cancelled can no longer be amended', async () => {
    await network.api.cancel(order.id);
    const { status, body } = await amend({ lines: [{ sku: 'CUP', quantity: 1 }], shipping_address: address });
    assert.equal(status, 409);
    assert.equal(body.code, 'order_not_amendable');
  });

  it('cannot be deleted, nor retried', async () => {
    const deleted = await network.api.call('DELETE', `/api/v1/orders/${order.id}`);
    assert.equal(deleted.body.code, 'order_not_deletable');
    const retried = await network.api.call('POST', `/api/v1/orders/${order.id}/attention`, {
      action: 'retry',
    });
    assert.equal(retried.body.code, 'order_not_retryable');
  });
});

describe('the list of orders', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork();
    await network.api.stock('CUP', 100, 300);
    for (const id of ['ada', 'bob']) await network.api.call('PUT', `/api/v1/customers/${id}`, { name: id });
    for (let count = 0; count < 7; count++) {
      const customer_id = count % 2 === 0 ? 'ada' : 'bob';
      const { id } = await network.api.place({
        customer_id,
        lines: [{ sku: 'CUP', quantity: count === 6 ? 1000 : 1 }],
      });
      await network.api.ended(id);
    }
  });
  after(() => network.stop());

  const list = (query = '') => network.api.call<OrderSummary[]>('GET', `/api/v1/orders${query}`);

  it('comes newest first, in pages that join without gap or overlap', async () => {
    const seen: string[] = [];
    let page: Answer<OrderSummary[]> = await list('?limit=3');
    for (;;) {
      seen.push(...page.body.map(({ id }) => id));
      const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      if (!next) break;
      page = await network.api.call('GET', next);
    }
    assert.equal(seen.length, 7);
    assert.deepEqual(seen, [...seen].sort().reverse());
    assert.equal(new Set(seen).size, 7);
  });

  it('is filtered by status, customer, time and attention', async () => {
    assert.equal((await list('?status=completed')).body.length, 6);
    assert.equal((await list('?status=cancelled')).body[0]?.cancellation?.code, 'out_of_stock');
    assert.equal((await list('?customer_id=bob')).body.length, 3);
    assert.equal((await list('?customer_id=ada&status=completed')).body.length, 3);
    assert.equal((await list('?attention=true')).body.length, 0);
    const { body: all } = await list();
    const from = all[2]!.created_at;
    const to = all[0]!.created_at;
    const between = await list(`?created_from=${from}&created_to=${to}`);
    assert.deepEqual(
      between.body.map(({ id }) => id),
      [all[1]!.id, all[2]!.id],
    );
  });

  it('refuses times that no clock shows', async () => {
    const odd = ['0000-01-01T00:00:00Z', '%2B275760-09-13T00:00:00Z', '99999', '2026-12-31T23:59:60Z'];
    for (const parameter of odd.flatMap((time) => [`created_from=${time}`, `created_to=${time}`])) {
      const { status, body } = await network.api.call('GET', `/api/v1/orders?${parameter}`);
      assert.equal(status, 400, parameter);
      assert.equal(body.errors[0].pointer, `query.${parameter.split('=')[0]}`);
    }
  });

  it('no longer shows a deleted order, which can still be read', async () => {
    const [newest] = (await list()).body;
    assert.equal((await network.api.call('DELETE', `/api/v1/orders/${newest!.id}`)).status, 204);
    assert.ok(!(await list()).body.some(({ id }) => id === newest!.id));
    assert.equal((await network.api.order(newest!.id)).id, newest!.id);
    const again = await network.api.call('DELETE', `/api/v1/orders/${newest!.id}`);
    assert.equal(again.status, 204);
    assert.equal((await network.api.events(newest!.id)).filter((type) => type === 'order.deleted').length, 1);
  });

  it('of events comes in pages too', async () => {
    const [order] = (await list('?status=completed')).body;
    const first = await network.api.call('GET', `/api/v1/orders/${order!.id}/events?limit=4`);
    const next = /<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1];
    const second = await network.api.call('GET', next ?? '');
    const sequences = [...first.body, ...second.body].map(({ sequence }) => sequence);
    assert.deepEqual(sequences, [1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('products and customers', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork({ worker: false });
  });
  after(() => network.stop());

  it('are created by PUT, then changed by it, and their ETag guards the change', async () => {
    for (const [path, body] of [
      ['/api/v1/products/CUP', { name: 'Cup', unit_price: 300, currency: 'GBP' }],
      ['/api/v1/customers/ada', { name: 'Ada', email: 'ada@example.com' }],
    ] as const) {
      const created = await network.api.call('PUT', path, body);
      assert.equal(created.status, 201);
      const changed = await network.api.call(
        'PUT',
        path,
        { ...body, name: 'New' },
        { 'if-match': created.headers.get('etag') ?? '' },
      );
      assert.equal(changed.status, 200);
      assert.equal(changed.body.name, 'New');
      const late = await network.api.call('PUT', path, body, {
        'if-match': created.headers.get('etag') ?? '',
      });
      assert.equal(late.status, 412);
      const again = await network.api.call('PUT', path, { ...body, name: 'New' });
      assert.equal(again.status, 200);
      const never = await network.api.call('PUT', `${path}-2`, body, { 'if-match': '"1"' });
      assert.equal(never.status, 412);
      assert.equal((await network.api.call('GET', path)).body.name, 'New');
    }
  });

  it('are listed by SKU in pages', async () => {
    for (const sku of ['C', 'A', 'B']) await network.api.stock(sku, 1);
    const first = await network.api.call('GET', '/api/v1/products?limit=2');
    assert.deepEqual(
      first.body.map(({ sku }: { sku: string }) => sku),
      ['A', 'B'],
    );
    const next = /<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1];
    const second = await network.api.call('GET', next ?? '');
    assert.equal(second.body[0].sku, 'C');
  });

  it('say whether the service lives and is ready', async () => {
    assert.deepEqual((await network.api.call('GET', '/health')).body, { status: 'ok' });
    assert.deepEqual((await network.api.call('GET', '/ready')).body, {
      status: 'ok',
      database: 'ok',
      waiting_to_start: 0,
    });
  });
});
