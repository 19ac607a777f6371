import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Config } from '../src/config/config.ts';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { assertInvariants } from './invariants.ts';
import type { Network } from './network.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** More than a series of five attempts has. */
const SERIES_AND_MORE = 7;

const operations = [
  'payment_intents.create',
  'shipments.create',
  'shipments.buy',
  'payment_intents.capture',
] as const;

/** What becomes of orders when a provider is away for longer than a series of attempts lasts. */
export function outages(engine: string, start: (config: Partial<Config>) => Promise<Network>): void {
  describe(`when a provider is away for long, on ${engine},`, () => {
    let network: Network;
    before(async () => {
      network = await start({ outage_first_wait_ms: 50, outage_deadline_ms: DAY_MS });
      await network.api.stock('CUP', 1_000);
    });
    afterEach(() => network.sandbox.call('DELETE', '/faults'));
    after(() => assertInvariants(network).finally(() => network.stop()));

    const breakDown = (fault: object) => network.sandbox.call('POST', '/faults', fault);
    const place = async () => (await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] })).id;
    const fired = async () => (await network.sandbox.call('GET', '/faults')).body[0].fired as number;

    for (const operation of operations) {
      it(`an order waits out the outage of ${operation}, and asks nobody`, async () => {
        await breakDown({ operation, kind: 'fail_before', on: { first: SERIES_AND_MORE } });
        const id = await place();
        assert.equal((await network.api.ended(id)).status, 'completed');
        const events = await network.api.events(id);
        assert.ok(!events.includes('order.attention_asked'), events.join());
      });
    }

    it('an order that waits can be cancelled at once', async () => {
      await breakDown({ operation: 'shipments.create', kind: 'fail_before', retry_after_s: 3_600 });
      const id = await place();
      while ((await fired()) === 0) await network.api.order(id);
      assert.equal((await network.api.cancel(id)).status, 202);
      assert.equal((await network.api.ended(id)).cancellation?.code, 'customer_request');
    });

    it('Retry-After is obeyed: the provider is left alone meanwhile', async () => {
      await breakDown({ operation: 'shipments.create', kind: 'fail_before', retry_after_s: 3_600 });
      const id = await place();
      while ((await fired()) === 0) await network.api.order(id);
      const waiting = await place();
      while ((await fired()) < 2) await network.api.order(waiting);
      assert.equal(await fired(), 2, 'one request of each order');
      for (const one of [id, waiting]) {
        await network.api.cancel(one);
        assert.equal((await network.api.ended(one)).status, 'cancelled');
      }
      assert.equal(await fired(), 2);
    });
  });

  describe(`when a provider that was away is well again, on ${engine},`, () => {
    let network: Network;
    before(async () => {
      // By themselves they would come back after an hour.
      network = await start({ outage_first_wait_ms: 3_600_000, outage_deadline_ms: DAY_MS });
      await network.api.stock('CUP', 1_000);
    });
    after(() => assertInvariants(network).finally(() => network.stop()));

    for (const [operation, provider] of [
      ['payment_intents.create', 'payment_provider'],
      ['shipments.create', 'carrier'],
    ] as const) {
      it(`the orders that wait for the ${provider} are seen, and woken`, async () => {
        await network.sandbox.call('POST', '/faults', { operation, kind: 'fail_before' });
        const placed = await Promise.all(
          Array.from({ length: 12 }, () => network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] })),
        );
        for (const { id } of placed) {
          await network.api.until(id, ({ waiting_for }) => waiting_for === provider);
        }
        const { body } = await network.api.call<Order[]>('GET', '/api/v1/orders?waiting=true&limit=100');
        const listed = new Set(body.map(({ id }) => id));
        assert.ok(placed.every(({ id }) => listed.has(id)));
        await network.sandbox.call('DELETE', '/faults');
        for (const { id } of placed) {
          const { status, waiting_for, attention } = await network.api.ended(id);
          assert.deepEqual([status, waiting_for, attention], ['completed', null, null]);
          const events = await network.api.events(id);
          assert.equal(events.filter((type) => type === 'order.waiting').length, 1);
        }
      });
    }
  });

  describe(`when an outage outlasts the deadline, on ${engine},`, () => {
    let network: Network;
    before(async () => {
      network = await start({ outage_first_wait_ms: 10, outage_deadline_ms: 1 });
      await network.api.stock('CUP', 1_000);
    });
    afterEach(() => network.sandbox.call('DELETE', '/faults'));
    after(() => assertInvariants(network).finally(() => network.stop()));

    const place = async (fault: object) => {
      await network.sandbox.call('POST', '/faults', { kind: 'fail_before', ...fault });
      return (await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] })).id;
    };

    it('an order whose money is not held is cancelled', async () => {
      const { status, cancellation } = await network.api.ended(
        await place({ operation: 'payment_intents.create' }),
      );
      assert.deepEqual([status, cancellation?.code], ['cancelled', 'payment_unavailable']);
    });

    for (const operation of ['shipments.create', 'payment_intents.capture']) {
      it(`an order that holds money needs a person when ${operation} stays away, and goes on afterwards`, async () => {
        const id = await place({ operation });
        const { attention } = await network.api.until(id, (order) => order.attention !== null);
        assert.equal(attention?.code, 'provider_unavailable');
        await network.sandbox.call('DELETE', '/faults');
        assert.equal((await network.api.ended(id)).status, 'completed');
      });
    }
  });
}
