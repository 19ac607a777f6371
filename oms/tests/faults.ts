import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Config } from '../src/config/config.ts';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { assertInvariants } from './invariants.ts';
import type { Network } from './network.ts';

/** What the providers' operations are for, and how an order ends when one stays unavailable. */
const operations = [
  { operation: 'payment_intents.create', code: 'payment_unavailable' },
  { operation: 'shipments.create', code: 'shipping_unavailable' },
  { operation: 'shipments.buy', code: 'shipping_unavailable' },
  { operation: 'payment_intents.capture', code: 'payment_unavailable' },
] as const;

/** Ways in which a provider may fail for a while; each must leave no trace in how the order ends. */
const passing = [
  { name: 'is unavailable twice', fault: { kind: 'fail_before', on: { first: 2 } } },
  { name: 'answers with an error though it acted', fault: { kind: 'fail_after', on: { first: 2 } } },
  { name: 'acts and never answers', fault: { kind: 'hang_after', on: { first: 1 } } },
  { name: 'never answers', fault: { kind: 'hang_before', on: { first: 1 } } },
  // The official payment client repeats a request once by itself when the connection is cut.
  { name: 'acts and cuts the connection', fault: { kind: 'drop_after', on: { first: 2 } } },
  { name: 'cuts the connection', fault: { kind: 'drop_before', on: { first: 2 } } },
  { name: 'acts after we gave up waiting', fault: { kind: 'slow', delay_ms: 450, on: { first: 1 } } },
  {
    name: 'answers with a page though it acted',
    fault: { kind: 'answer', answer: 'html', on: { first: 1 } },
  },
  {
    name: 'answers {} though it did nothing',
    fault: { kind: 'answer_unacted', answer: 'empty_object', on: { first: 1 } },
  },
  { name: 'answers half an object', fault: { kind: 'answer', answer: 'truncated', on: { first: 1 } } },
  {
    name: 'answers with another object',
    fault: { kind: 'answer_unacted', answer: 'other_object', on: { first: 1 } },
  },
];

const compensations = [
  { operation: 'payment_intents.cancel', held_up_by: 'shipments.create' },
  { operation: 'shipments.refund', held_up_by: 'payment_intents.capture' },
] as const;

/** What becomes of orders when a provider fails, whatever carries them. */
export function providerFaults(engine: string, start: (config: Partial<Config>) => Promise<Network>): void {
  describe(`when a provider fails, on ${engine},`, () => {
    let network: Network;
    before(async () => {
      network = await start({ retry_first_delay_ms: 20, provider_timeout_ms: 400 });
      await network.api.stock('CUP', 10_000);
    });
    afterEach(() => network.sandbox.call('DELETE', '/faults'));
    after(() => assertInvariants(network).finally(() => network.stop()));

    const order = (fault: object) => breakThenPlace(network, [fault]);
    const attention = (id: string) => network.api.until(id, (seen) => seen.attention !== null);
    const mended = () => network.sandbox.call('DELETE', '/faults');
    const retry = (id: string) =>
      network.api.call('POST', `/api/v1/orders/${id}/attention`, { action: 'retry' });

    for (const { operation, code } of operations) {
      for (const { name, fault } of passing) {
        it(`${operation} ${name}: the order is completed`, async () => {
          assertCompleted(await network.api.ended(await order({ operation, ...fault })));
        });
      }

      it(`${operation} stays unavailable: the order is cancelled and everything is taken back`, async () => {
        const ended = await network.api.ended(await order({ operation, kind: 'fail_before' }));
        assert.equal(ended.cancellation?.code, code);
        assert.notEqual(ended.payment?.status, 'authorised');
        assert.notEqual(ended.shipment?.status, 'booked');
      });

      it(`${operation} never tells its outcome: the order asks for attention, and goes on when told to retry`, async () => {
        const id = await order({ operation, kind: 'hang_before' });
        assert.match((await attention(id)).attention?.code ?? '', /outcome_unknown/);
        assert.deepEqual((await network.api.order(id)).allowed_actions, [
          'cancel',
          'retry',
          'mark_done',
          'give_up',
        ]);
        await mended();
        assert.equal((await retry(id)).status, 202);
        assertCompleted(await network.api.ended(id));
      });

      it(`${operation} never tells its outcome: the order can be cancelled`, async () => {
        const id = await order({ operation, kind: 'hang_before' });
        await attention(id);
        await mended();
        assert.equal((await network.api.cancel(id)).status, 202);
        assert.equal((await network.api.ended(id)).cancellation?.code, 'customer_request');
      });
    }

    for (const { operation, held_up_by } of compensations) {
      it(`${operation} fails while taking back: the order asks for attention, and is cancelled when it is mended`, async () => {
        const id = await breakThenPlace(network, [
          { operation: held_up_by, kind: 'fail_before' },
          { operation, kind: 'fail_before' },
        ]);
        assert.equal((await attention(id)).attention?.code, 'compensation_failed');
        await mended();
        await retry(id);
        const ended = await network.api.ended(id);
        assert.equal(ended.status, 'cancelled');
        assert.equal(ended.attention, null);
      });

      it(`${operation} acts without an answer while taking back: it is taken back once`, async () => {
        const id = await breakThenPlace(network, [
          { operation: held_up_by, kind: 'fail_before' },
          { operation, kind: 'fail_after', on: { first: 2 } },
        ]);
        assert.equal((await network.api.ended(id)).status, 'cancelled');
      });
    }

    it('a capture whose outcome is unknown is refunded when the order is cancelled', async () => {
      const id = await breakThenPlace(network, [
        { operation: 'payment_intents.capture', kind: 'hang_after' },
        { operation: 'payment_intents.retrieve', kind: 'fail_before' },
      ]);
      await attention(id);
      await mended();
      await network.api.cancel(id);
      const ended = await network.api.ended(id);
      assert.equal(ended.payment?.status, 'refunded');
      assert.equal(ended.payment?.refunded_amount, ended.total_amount);
      assert.equal(ended.shipment?.status, 'cancelled');
    });
  });
}

async function breakThenPlace(network: Network, faults: object[]): Promise<string> {
  for (const fault of faults) {
    const { status, body } = await network.sandbox.call('POST', '/faults', fault);
    assert.equal(status, 201, JSON.stringify(body));
  }
  return (await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] })).id;
}

function assertCompleted(order: Order): void {
  assert.equal(order.status, 'completed', JSON.stringify(order));
  assert.equal(order.payment?.captured_amount, order.total_amount);
  assert.equal(order.shipment?.status, 'booked');
  assert.equal(order.attention, null);
}
