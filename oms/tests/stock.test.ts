import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { releaseStock, reserveStock } from '../src/inventory/inventory.queries.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

describe('stock', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork({ config: { provider_timeout_ms: 60_000 } });
  });
  after(() => assertInvariants(network).finally(() => network.stop()));

  it('of a hot SKU is sold to the last piece and never beyond', async () => {
    await network.api.stock('HOT', 30);
    const placed = await Promise.all(
      Array.from({ length: 50 }, () => network.api.place({ lines: [{ sku: 'HOT', quantity: 1 }] })),
    );
    const ended = await Promise.all(placed.map(({ id }) => network.api.ended(id)));
    assert.equal(ended.filter(({ status }) => status === 'completed').length, 30);
    assert.ok(
      ended.every(
        ({ status, cancellation }) => status === 'completed' || cancellation?.code === 'out_of_stock',
      ),
    );
    assert.deepEqual(await network.api.stockOf('HOT'), {
      received: 30,
      on_hand: 0,
      reserved: 0,
      available: 0,
      sold: 30,
    });
  });

  it('is reserved whole or not at all, without deadlock, whatever orders meet', async () => {
    const skus = ['A', 'B', 'C', 'D'];
    const line = fc.record({ sku: fc.constantFrom(...skus), quantity: fc.integer({ min: 1, max: 6 }) });
    const orders = fc.array(fc.array(line, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(orders, async (wanted) => {
        for (const sku of skus) await network.api.stock(sku, 10);
        const placed = await Promise.all(wanted.map((lines) => network.api.place({ lines })));
        const ended = await Promise.all(placed.map(({ id }) => network.api.ended(id)));
        for (const { status, cancellation } of ended) {
          assert.ok(
            status === 'completed' || cancellation?.code === 'out_of_stock',
            JSON.stringify(cancellation),
          );
        }
      }),
      { numRuns: 8 },
    );
    const { rows } = await network.pool.query('SELECT * FROM stock WHERE reserved <> 0');
    assert.deepEqual(rows, []);
  });

  it('left behind by an order that has ended is freed by the sweep', async () => {
    await network.api.stock('LEFT', 10);
    const { id } = await network.api.place({ lines: [{ sku: 'LEFT', quantity: 1 }] });
    await network.api.ended(id);
    await network.pool.query("INSERT INTO reservations VALUES ($1, 'LEFT', 4, now() - interval '1 second')", [
      id,
    ]);
    await network.pool.query("UPDATE stock SET reserved = 4 WHERE sku = 'LEFT'");
    await network.context.sweeper.sweep();
    assert.equal((await network.api.stockOf('LEFT')).reserved, 0);
  });
});

describe('stock of an order that is stuck', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork({ config: { provider_timeout_ms: 150 } });
  });
  after(() => assertInvariants(network).finally(() => network.stop()));

  it('set aside for too long is freed, and its order cancelled', async () => {
    await network.api.stock('STALE', 10);
    await network.sandbox.call('POST', '/faults', {
      operation: 'payment_intents.create',
      kind: 'hang_before',
    });
    const { id } = await network.api.place({ lines: [{ sku: 'STALE', quantity: 3 }] });
    await network.api.until(id, (order) => order.attention !== null);
    assert.equal((await network.api.stockOf('STALE')).reserved, 3);
    await network.sandbox.call('DELETE', '/faults');

    await network.pool.query(
      "UPDATE reservations SET expires_at = now() - interval '1 second' WHERE order_id = $1",
      [id],
    );
    assert.equal((await network.context.sweeper.sweep()).reservations_expired, 1);
    assert.equal((await network.api.ended(id)).cancellation?.code, 'reservation_expired');
    assert.equal((await network.api.stockOf('STALE')).reserved, 0);
  });
});

describe('stock set aside', () => {
  let network: Network;
  let id: string;
  beforeEach(async () => {
    network = await startNetwork({ worker: false });
    await network.api.stock('CUP', 10);
    id = (await network.api.place({ lines: [{ sku: 'CUP', quantity: 3 }] })).id;
    await setOrder("stage = 'validated', status = 'processing'");
  });
  afterEach(() => network.stop());

  const setOrder = (assignment: string) =>
    network.pool.query(`UPDATE orders SET ${assignment} WHERE id = $1`, [id]);
  const reserve = () =>
    reserveStock.run({ order_id: id, from: 'validated', time_to_live_ms: 60_000 }, network.pool);
  const release = () => releaseStock.run({ order_id: id }, network.pool);
  const reserved = async () => (await network.api.stockOf('CUP')).reserved;

  it('is set aside once when the step runs often and at once, and freed once', async () => {
    await Promise.all([reserve(), reserve(), reserve()]);
    assert.equal(await reserved(), 3);
    await Promise.all([release(), release(), release()]);
    assert.equal(await reserved(), 0);
  });

  it('is not set aside for an order that is to be cancelled', async () => {
    await network.api.cancel(id);
    const [result] = await reserve();
    assert.deepEqual(result, { reserved: false, short: null });
    assert.equal(await reserved(), 0);
  });

  it('is for the lines as amended, never for the lines before', async () => {
    const amend = (quantity: number) =>
      network.api.call('PUT', `/api/v1/orders/${id}`, {
        lines: [{ sku: 'CUP', quantity }],
        shipping_address: {
          name: 'Ada',
          line1: '1 Street',
          city: 'London',
          postal_code: 'E1',
          country: 'GB',
        },
      });
    for (let quantity = 1; quantity <= 8; quantity++) {
      const [amended] = await Promise.all([amend(quantity), reserve()]);
      const [line] = (await network.api.order(id)).lines;
      if ((await network.api.order(id)).stage === 'reserved') assert.equal(await reserved(), line?.quantity);
      else assert.equal(amended.status, 200);
      await release();
      await setOrder("stage = 'validated'");
    }
  });
});
