import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { stripeAt } from '../../sandbox/tests/start.ts';
import { INVENTORY_FIRST } from '../src/orders/workflow.ts';
import { assertInvariants } from './invariants.ts';
import { broken, startStuck, WHO } from './stuck.ts';

const { network, clear, ask, dryRun, stuck } = await startStuck({ patches_held_back: INVENTORY_FIRST });

describe('an order of the older way, which holds the money before the stock', () => {
  afterEach(() => clear());
  after(() => assertInvariants(network).finally(() => network.stop()));

  it('goes on with its stock once its payment is marked as done', async () => {
    const { id, stage } = await stuck([broken('payment_intents.create')]);
    assert.equal(stage, 'validated');
    await clear();
    const giveUp = await dryRun(id, 'give_up');
    assert.deepEqual(giveUp.would.length, 2, 'no stock is set aside yet');
    await stripeAt(network.sandbox_url).paymentIntents.create({
      amount: 500,
      currency: 'gbp',
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      confirm: true,
      metadata: { order_id: id },
    });
    const plan = await dryRun(id, 'mark_done');
    assert.equal(plan.becomes?.stage, 'authorised');
    assert.equal(plan.would[1], 'Go on with reserve_inventory.');
    assert.equal((await ask(id, { action: 'mark_done', ...WHO })).status, 202);
    assert.equal((await network.api.ended(id)).status, 'completed');
  });
});
