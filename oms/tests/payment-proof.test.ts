import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { stripeAt } from '../../sandbox/tests/start.ts';
import type { Order, PaymentProof } from '../src/generated/contract/types.gen.ts';
import { type Network, startNetwork } from './network.ts';

const CUP = { lines: [{ sku: 'CUP', quantity: 2 }] };

describe('the proof of a payment', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork({ config: { provider_timeout_ms: 300 } });
    await network.api.stock('CUP', 1_000);
  });
  afterEach(() => network.sandbox.call('DELETE', '/faults'));
  after(() => network.stop());

  async function proof(id: string): Promise<PaymentProof> {
    const { status, body } = await network.api.call('GET', `/api/v1/orders/${id}/payment`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }
  const fault = (order: object) => network.sandbox.call('POST', '/faults', order);
  async function completed(): Promise<Order> {
    return network.api.ended((await network.api.place(CUP)).id);
  }

  it('of a completed order shows key, ledger and the record that it agrees with', async () => {
    const { id, payment } = await completed();
    const shown = await proof(id);
    assert.deepEqual([shown.verdict, shown.differences], ['agrees', []]);
    assert.equal(shown.keys.capture, `order-${id}-capture`);
    assert.equal(shown.provider_id, payment?.provider_id);
    assert.deepEqual(
      shown.rows.map(({ kind, amount, idempotency_key, verdict }) => [
        kind,
        amount,
        idempotency_key,
        verdict,
      ]),
      [
        ['authorised', 500, `order-${id}-authorise`, 'agrees'],
        ['captured', 500, `order-${id}-capture`, 'agrees'],
      ],
    );
    const record = await stripeAt(network.sandbox_url).paymentIntents.retrieve(payment!.provider_id!);
    assert.deepEqual(shown.provider.payments, [
      {
        id: record.id,
        status: record.status,
        currency: 'GBP',
        amount: record.amount,
        captured_amount: record.amount_received,
        refunded_amount: 0,
        refunds: [],
      },
    ]);
    assert.deepEqual(shown.rows[1]?.record, shown.provider.payments[0]);
  });

  for (const { name, order, faults, kinds } of [
    {
      name: 'declined',
      order: { payment_method: 'pm_card_chargeDeclined' },
      faults: [],
      kinds: ['declined'],
    },
    {
      name: 'voided',
      order: {},
      faults: [{ operation: 'shipments.create', kind: 'fail_before', status: 503 }],
      kinds: ['authorised', 'voided'],
    },
  ]) {
    it(`of a payment that was ${name} agrees`, async () => {
      for (const one of faults) await fault(one);
      const { id } = await network.api.ended((await network.api.place({ ...CUP, ...order })).id);
      const { rows, verdict, differences } = await proof(id);
      assert.deepEqual([rows.map(({ kind }) => kind), verdict, differences], [kinds, 'agrees', []]);
    });
  }

  it('finds a payment whose outcome never became known, and agrees once it is cancelled and refunded', async () => {
    await fault({ operation: 'payment_intents.create', kind: 'fail_after', status: 500 });
    await fault({ operation: 'payment_intents.search', kind: 'fail_before', status: 500 });
    const { id } = await network.api.place(CUP);
    await network.api.until(id, ({ attention }) => attention !== null);
    await network.sandbox.call('DELETE', '/faults');
    const unknown = await proof(id);
    assert.deepEqual([unknown.rows, unknown.provider_id, unknown.verdict], [[], null, 'differs']);
    assert.match(unknown.differences[0] ?? '', /^authorised 500 is missing from the ledger. Payment pi_/);
    assert.equal(unknown.provider.payments[0]?.status, 'requires_capture');

    await stripeAt(network.sandbox_url).paymentIntents.capture(unknown.provider.payments[0].id);
    await network.api.cancel(id);
    await network.api.ended(id);
    const refunded = await proof(id);
    assert.deepEqual([refunded.verdict, refunded.differences], ['agrees', []]);
    const row = refunded.rows.find(({ kind }) => kind === 'refunded');
    assert.equal(row?.provider_id, refunded.provider.payments[0]?.refunds[0]?.id);
  });

  it('differs when money was given back at the provider by hand', async () => {
    const { id, payment } = await completed();
    await stripeAt(network.sandbox_url).refunds.create({
      payment_intent: payment!.provider_id!,
      amount: 200,
    });
    const { verdict, differences, rows } = await proof(id);
    assert.equal(verdict, 'differs');
    assert.match(differences.join(), /^refunded 200 is missing from the ledger/);
    assert.deepEqual(
      rows.map((row) => row.verdict),
      ['agrees', 'agrees'],
    );
  });

  it('differs in the row that says something else than the provider', async () => {
    const { id } = await completed();
    await network.pool.query(
      `UPDATE payment_entries SET amount = 499 WHERE order_id = $1 AND kind = 'captured'`,
      [id],
    );
    const { verdict, rows } = await proof(id);
    assert.deepEqual([verdict, rows.map((row) => row.verdict)], ['differs', ['agrees', 'differs']]);
    assert.match(rows[1]?.detail ?? '', /The ledger says 499 GBP. Payment pi_\w+ of 500 GBP is succeeded/);
    await network.pool.query(
      `UPDATE payment_entries SET intent_id = 'pi_0' WHERE order_id = $1 AND kind = 'authorised'`,
      [id],
    );
    assert.match((await proof(id)).rows[0]?.detail ?? '', /The provider has no payment pi_0/);
  });

  for (const kind of ['hang_before', 'drop_before', 'fail_before']) {
    it(`is the ledger alone when the provider is away (${kind})`, async () => {
      const { id } = await completed();
      await fault({ operation: '*', kind });
      const { verdict, rows, provider, differences } = await proof(id);
      assert.deepEqual([verdict, differences], ['provider_unreachable', []]);
      assert.deepEqual(
        rows.map((row) => row.verdict),
        ['provider_unreachable', 'provider_unreachable'],
      );
      assert.match(provider.detail ?? '', /^The payment provider (did not answer|is unavailable)/);
    });
  }

  it('is not to be had for what is no order', async () => {
    const { status, body } = await network.api.call(
      'GET',
      '/api/v1/orders/ord_01kg2x5q8e4m7n3p9r5t1v2w3x/payment',
    );
    assert.deepEqual([status, body.code], [404, 'not_found']);
  });
});
