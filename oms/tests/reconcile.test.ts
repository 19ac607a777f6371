import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { StripeProvider } from '../src/payments/stripe.ts';
import { connectStripe } from '../src/payments/stripe_client.ts';
import { Unfinished } from '../src/reconcile/reconcile.ts';
import { State } from '../src/reconcile/state.ts';
import { assertInvariants } from './invariants.ts';
import {
  everything,
  folder,
  kindsOf,
  type Planted,
  parcel,
  payment,
  placed,
  plantAll,
  quiet,
  run,
  startWorld,
  type World,
} from './reconcile.ts';

const safe: Planted[] = [
  {
    name: 'a hold that was left open',
    order: 'cancelled',
    plant: ({ id }, { stripe }) => stripe.paymentIntents.create(payment(id, 'manual')),
    kinds: ['hold_left'],
  },
  {
    name: 'a hold whose void never arrived',
    order: 'voided',
    plant: ({ id }, { network }) =>
      network.pool.query(
        `UPDATE sandbox.payment_intents SET status = 'requires_capture', canceled_at = NULL
         WHERE metadata ->> 'order_id' = '${id}'`,
      ),
    kinds: ['hold_left', 'ledger_differs'],
  },
  {
    name: 'money that was taken and not given back',
    order: 'cancelled',
    plant: ({ id }, { stripe }) => stripe.paymentIntents.create(payment(id, 'automatic')),
    kinds: ['money_kept'],
  },
  {
    name: 'the order’s own payment, captured after all',
    order: 'voided',
    plant: ({ id }, { network }) =>
      network.pool.query(
        `UPDATE sandbox.payment_intents SET status = 'succeeded', amount_received = amount
         WHERE metadata ->> 'order_id' = '${id}'`,
      ),
    kinds: ['ledger_differs', 'money_kept'],
  },
  {
    name: 'a live parcel',
    order: 'cancelled',
    plant: ({ id }, world) => parcel(id, world),
    kinds: ['parcel_left'],
  },
  {
    name: 'a ledger without the void',
    order: 'voided',
    plant: ({ id }, { network }) =>
      network.pool.query(`DELETE FROM payment_entries WHERE order_id = '${id}' AND kind = 'voided'`),
    kinds: ['ledger_differs', 'ledger_wrong'],
  },
  {
    name: 'a ledger without the capture',
    order: 'completed',
    plant: ({ id }, { network }) =>
      network.pool.query(`DELETE FROM payment_entries WHERE order_id = '${id}' AND kind = 'captured'`),
    kinds: ['ledger_differs', 'ledger_wrong'],
  },
];

describe('reconcile, on differences that are safe to mend', () => {
  let world: World;
  let planted: Map<string, Planted>;
  before(async () => {
    world = await startWorld();
    await placed(world, 'completed');
    await placed(world, 'cancelled');
    planted = await plantAll(world, safe);
  });
  after(() => world.network.stop());

  it('finds each one and says what would mend it, and changes nothing', async () => {
    const before = await everything(world);
    const { summary, findings } = await run(world);
    for (const [id, { name, kinds }] of planted) assert.deepEqual(kindsOf(findings, id), kinds, name);
    assert.equal(summary.ok, false);
    assert.deepEqual(new Set(findings.map(({ status }) => status)), new Set(['repairable']));
    const says = findings.map(({ repair }) => repair).join('\n');
    assert.match(says, /Void the hold of 700 GBP by payment pi_/);
    assert.match(says, /Refund 700 GBP by payment pi_/);
    assert.match(says, /Give parcel shp_\w+ back to the carrier/);
    assert.match(says, /Add to the ledger that 500 GBP were captured by pi_/);
    assert.deepEqual(await everything(world), before);
  });

  it('looks at all there is, in pages', async () => {
    const { compared } = (await run(world, { page_size: 2 })).summary;
    const count = async (table: string) =>
      (await world.network.pool.query(`SELECT count(*)::int AS count FROM ${table}`)).rows[0].count;
    assert.deepEqual(compared, {
      orders: await count('orders'),
      payments: await count('sandbox.payment_intents'),
      refunds: await count('sandbox.refunds'),
      parcels: await count('sandbox.shipments WHERE bought_ms IS NOT NULL'),
      in_flight: 0,
    });
  });

  it('looks only at orders since a time, where one is given', async () => {
    const [last] = [...planted.keys()].toReversed();
    const { created_at } = await world.network.api.order(last!);
    const { summary, findings } = await run(world, { since: new Date(created_at) });
    assert.equal(summary.compared.orders, 1);
    assert.deepEqual([...new Set(findings.map(({ subject }) => subject))], [last]);
  });

  it('goes on where it was interrupted, reads no page twice, and finds the same', async () => {
    const state_path = join(folder, 'interrupted.sqlite');
    const whole = await run(world, { page_size: 2 });
    const never = { operation: 'payment_intents.list', kind: 'fail_before', on: { nth: [1_000_000] } };
    const { body: fault } = await world.network.sandbox.call('POST', '/faults', never);
    let stops = 0;
    for (;;) {
      const controller = new AbortController();
      // After the second page of any stage.
      const advances = new Map<string, number>();
      const show = quiet([], (stage) => {
        advances.set(stage, (advances.get(stage) ?? 0) + 1);
        if (advances.get(stage) === 3) controller.abort();
      });
      try {
        await run(world, { page_size: 2, state_path, stopped: controller.signal, show });
        break;
      } catch (error) {
        assert.ok(error instanceof Unfinished, String(error));
        assert.ok(++stops < 100);
      }
    }
    assert.ok(stops > 5, `it was stopped ${stops} times only`);
    const { said, findings } = await run(world, { page_size: 2, state_path });
    assert.match(said.join(), /^Goes on with the run of .* which was interrupted/);
    assert.deepEqual(findings, whole.findings);
    const { body: faults } = await world.network.sandbox.call('GET', '/faults');
    await world.network.sandbox.call('DELETE', '/faults');
    const { seen } = faults.find(({ id }: { id: string }) => id === fault.id);
    assert.equal(seen, Math.ceil(whole.summary.compared.payments / 2));
  });

  it('begins anew where the interrupted run was of something else, or where told to', async () => {
    const state_path = join(folder, 'other.sqlite');
    const stopped = AbortSignal.abort();
    await assert.rejects(run(world, { state_path, stopped }), Unfinished);
    const { said } = await run(world, { state_path, since: new Date(0) });
    assert.match(said.join(), /^Begins anew: the run of .* was of something else/);
    assert.deepEqual((await run(world, { state_path, since: new Date(0), restart: true })).said, []);
  });

  it('says when a list cannot be read, and goes on from there', async () => {
    const state_path = join(folder, 'away.sqlite');
    const { sandbox } = world.network;
    await sandbox.call('POST', '/faults', { operation: 'refunds.list', kind: 'fail_before', status: 500 });
    await assert.rejects(run(world, { state_path }), /The provider's list of refunds cannot be read/);
    await sandbox.call('DELETE', '/faults');
    assert.match((await run(world, { state_path })).said.join(), /^Goes on/);
  });

  it('lets only one run at a time have its state', () => {
    const state_path = join(folder, 'taken.sqlite');
    const state = new State(state_path);
    assert.throws(() => new State(state_path), /Does another run of reconcile go on\?/);
    state.close();
    new State(state_path).remove();
  });

  it('tells what it had mended when it crashed right after, and mends what it had only listed', async () => {
    const state_path = join(folder, 'crashed.sqlite');
    const held = [await placed(world, 'cancelled'), await placed(world, 'cancelled')];
    for (const { id } of held) await world.stripe.paymentIntents.create(payment(id, 'manual'));
    const since = new Date(held[0]!.created_at);
    const listed = await run(world, { state_path, since });
    assert.deepEqual(
      listed.findings.map(({ status }) => status),
      ['repairable', 'repairable'],
    );

    const url = world.network.sandbox_url;
    const crashing = new StripeProvider(connectStripe({ key: 'sk_test_sandbox', url, timeout_ms: 5_000 }));
    const giveBack = crashing.giveBack.bind(crashing);
    crashing.giveBack = async (request) => {
      await giveBack(request);
      throw new Error('crash');
    };
    await assert.rejects(run(world, { state_path, since, repair: true, provider: crashing }), /crash/);
    const { findings, summary } = await run(world, { state_path, since, repair: true });
    assert.deepEqual(
      findings.map(({ kind, status }) => [kind, status]),
      [
        ['hold_left', 'repaired'],
        ['hold_left', 'repaired'],
      ],
    );
    assert.equal(summary.ok, true);
  });

  it('says what it could not mend, and mends it when it can', async () => {
    const { sandbox } = world.network;
    const [id] = [...planted.keys()];
    for (const operation of ['payment_intents.cancel', 'refunds.create', 'shipments.refund']) {
      await sandbox.call('POST', '/faults', { operation, kind: 'fail_before', on: { order_id: id } });
    }
    const { findings, summary } = await run(world, { repair: true });
    await sandbox.call('DELETE', '/faults');
    const failed = findings.filter(({ status }) => status === 'failed');
    assert.deepEqual(
      failed.map(({ subject, failure }) => [subject, failure]),
      [[id, 'The payment provider is unavailable.']],
    );
    assert.equal(summary.ok, false);
    const rest = findings.filter(({ status }) => status !== 'failed');
    assert.deepEqual(new Set(rest.map(({ status }) => status)), new Set(['repaired']));

    const second = await run(world, { repair: true });
    assert.deepEqual(
      second.findings.map(({ subject, status }) => [subject, status]),
      [[id, 'repaired']],
    );
    assert.equal(second.summary.ok, true);
  });

  it('is clean after that, as all invariants are, and each timeline says what was done', async () => {
    const before = await everything(world);
    const { summary, findings } = await run(world, { repair: true });
    assert.deepEqual([summary.ok, findings], [true, []]);
    assert.deepEqual(await everything(world), before);
    await assertInvariants(world.network);
    for (const [id, { name }] of planted) {
      assert.equal((await world.network.api.events(id)).at(-1), 'order.reconciled', name);
      const { body } = await world.network.api.call('GET', `/api/v1/orders/${id}/payment`);
      assert.equal(body.verdict, 'agrees', `${name}: ${body.differences}`);
    }
  });
});
