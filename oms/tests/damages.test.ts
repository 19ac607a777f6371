import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Order } from '../src/generated/contract/types.gen.ts';
import type { Report } from '../src/verify/report.ts';
import { verify } from '../src/verify/verify.ts';
import { breakBehind } from './behind.ts';
import { type Damage, damages, type Past } from './damages.ts';
import { run, startWorld, type World } from './reconcile.ts';

describe('verify and reconcile name each damage that is done by hand', () => {
  let world: World;
  let orders: Record<Past, Order>;
  before(async () => {
    world = await startWorld();
    orders = await ordersOf(world);
  });
  after(() => world.network.stop());

  it('and nothing where nothing is damaged', async () => {
    assert.deepEqual(await namedBy(world), { verify: [], reconcile: [] });
  });

  for (const one of damages) {
    it(`sees ${one.name}`, async () => {
      const restore = await breakBehind(world.network, () => one.damage(orders[one.past], world));
      try {
        assert.deepEqual(await namedBy(world), expected(one));
      } finally {
        await restore();
      }
    });
  }
});

function expected({ verify, reconcile = verify }: Damage) {
  return { verify, reconcile };
}

/** The kinds that each of the two names, in the order of the alphabet. */
async function namedBy(world: World) {
  const { database_url, sandbox_url: url } = world.network;
  const report: Report = await verify({
    ...{ database_url, stripe: { key: 'sk_test_sandbox', url }, easypost: { key: 'EZTKsandbox', url } },
    recheck_delay_ms: 0,
  });
  const { findings } = await run(world);
  const kinds = (list: readonly { kind: string }[]) => [...new Set(list.map(({ kind }) => kind))].toSorted();
  return { verify: kinds(report.offences), reconcile: kinds(findings) };
}

async function ordersOf({ network, stripe }: World): Promise<Record<Past, Order>> {
  const { api, pool } = network;
  const place = async (how: Partial<Parameters<typeof api.place>[0]> = {}) =>
    api.ended((await api.place({ lines: [{ sku: 'CUP', quantity: 2 }], ...how })).id);
  const completed = await place();
  const declined = await place({ payment_method: 'pm_card_chargeDeclined' });
  // No carrier delivers there.
  const shipping_address = { ...completed.shipping_address, postal_code: '00000' };
  const [voided, refunded] = [await place({ shipping_address }), await place({ shipping_address })];

  // As if it had been captured before it was given back.
  const { data } = await stripe.paymentIntents.search({ query: `metadata['order_id']:'${refunded.id}'` });
  const { id } = data[0]!;
  await pool.query(
    `UPDATE sandbox.payment_intents SET status = 'succeeded', amount_received = amount, canceled_at = NULL WHERE id = $1`,
    [id],
  );
  await stripe.refunds.create({ payment_intent: id });
  await pool.query(`UPDATE payment_entries SET kind = 'refunded' WHERE order_id = $1 AND kind = 'voided'`, [
    refunded.id,
  ]);
  await pool.query(
    `INSERT INTO payment_entries SELECT (jsonb_populate_record(entry, '{"kind": "captured"}')).*
     FROM payment_entries AS entry WHERE order_id = $1 AND kind = 'refunded'`,
    [refunded.id],
  );
  return { completed, declined, voided, refunded };
}
