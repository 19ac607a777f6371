import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

/** What Stripe counts for 500 minor units of ISO 4217. https://docs.stripe.com/currencies#special-cases */
const COUNTED = { GBP: 500, JPY: 500, KWD: 500, ISK: 50_000, UGX: 50_000 };

describe('an order in any currency', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork();
  });
  after(() => assertInvariants(network).finally(() => network.stop()));

  for (const [currency, counted] of Object.entries(COUNTED)) {
    const sku = `CUP-${currency}`;
    const place = () => network.api.place({ currency, lines: [{ sku, quantity: 1 }] });
    const counts = async (id: string) => {
      const { rows } = await network.pool.query(
        `SELECT amount, amount_received FROM sandbox.payment_intents WHERE metadata->>'order_id' = $1`,
        [id],
      );
      return rows;
    };

    it(`takes and gives back 500 minor units of ${currency} as the payment provider counts them`, async () => {
      const product = { name: 'Cup', unit_price: 500, currency };
      assert.equal((await network.api.call('PUT', `/api/v1/products/${sku}`, product)).status, 201);
      const receipt = await network.api.call('POST', `/api/v1/products/${sku}/receipts`, { quantity: 9 });
      assert.ok(receipt.status < 300, JSON.stringify(receipt.body));

      const { id } = await place();
      assert.equal((await network.api.ended(id)).payment?.captured_amount, 500);
      assert.deepEqual(await counts(id), [{ amount: counted, amount_received: counted }]);

      await network.sandbox.call('POST', '/faults', {
        ...{ operation: 'payment_intents.capture', kind: 'fail_after', status: 500 },
      });
      await network.sandbox.call('POST', '/faults', {
        ...{ operation: 'payment_intents.retrieve', kind: 'fail_before' },
      });
      const refunded = await place();
      await network.api.until(refunded.id, ({ attention }) => attention !== null);
      await network.sandbox.call('DELETE', '/faults');
      await network.api.cancel(refunded.id);
      const { status, payment } = await network.api.ended(refunded.id);
      assert.deepEqual([status, payment?.refunded_amount], ['cancelled', 500]);
    });
  }
});
