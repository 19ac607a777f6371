import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  everything,
  kindsOf,
  type Planted,
  parcel,
  payment,
  plantAll,
  run,
  startWorld,
  type World,
} from './reconcile.ts';

const unsafe: Planted[] = [
  {
    name: 'money that was given back by hand',
    order: 'completed',
    plant: ({ payment }, { stripe }) => stripe.refunds.create({ payment_intent: payment!.provider_id! }),
    kinds: ['ledger_differs', 'not_captured_once'],
  },
  {
    name: 'a second payment that was taken',
    order: 'completed',
    plant: ({ id }, { stripe }) => stripe.paymentIntents.create(payment(id, 'automatic')),
    kinds: ['not_captured_once'],
  },
  {
    name: 'a second payment that is held',
    order: 'completed',
    plant: ({ id }, { stripe }) => stripe.paymentIntents.create(payment(id, 'manual')),
    kinds: ['hold_left'],
  },
  {
    name: 'a parcel that was given back by hand',
    order: 'completed',
    plant: ({ shipment }, { easypost }) => easypost.Shipment.refund(shipment!.provider_id),
    kinds: ['parcel_missing'],
  },
  {
    name: 'a second parcel',
    order: 'completed',
    plant: ({ id }, world) => parcel(id, world),
    kinds: ['parcel_twice'],
  },
  {
    name: 'a ledger that says another sum',
    order: 'completed',
    plant: ({ id }, { network }) =>
      network.pool.query(`UPDATE payment_entries SET amount = 1 WHERE order_id = '${id}'`),
    kinds: ['ledger_wrong'],
  },
];

describe('reconcile, on differences that a person must decide about', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.network.stop());

  it('finds each one, and changes nothing even when told to repair', async () => {
    const planted = await plantAll(world, unsafe);
    const stranger = await world.stripe.paymentIntents.create(payment('ord_0', 'manual'));
    const strange_parcel = await parcel('ord_0', world);
    // A payment that names no order is someone else's.
    await world.stripe.paymentIntents.create({ ...payment('', 'manual'), metadata: {} });
    const before = await everything(world);
    const { summary, findings } = await run(world, { repair: true });
    for (const [id, { name, kinds }] of planted) assert.deepEqual(kindsOf(findings, id), kinds, name);
    assert.deepEqual(kindsOf(findings, stranger.id), ['payment_unknown']);
    assert.deepEqual(kindsOf(findings, strange_parcel.id), ['parcel_unknown']);
    const wanted = [...planted.values()].reduce((sum, { kinds }) => sum + kinds.length, 2);
    assert.equal(findings.length, wanted);
    assert.deepEqual(new Set(findings.map(({ status }) => status)), new Set(['open']));
    assert.equal(summary.ok, false);
    assert.deepEqual(await everything(world), before);
  });
});
