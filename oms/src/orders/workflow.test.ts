import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StepError, type StepErrorKind } from '../errors.ts';
import { orderWorkflow, table } from './workflow.ts';

/** Runs the workflow over steps that fail as told, and lists the steps it took. */
async function run(failures: Record<string, StepErrorKind[]>) {
  const taken: string[] = [];
  const end = await orderWorkflow(
    {
      async step(name) {
        taken.push(name);
        const kind = failures[name]?.shift();
        if (kind) throw new StepError(kind, `${name}_failed`, 'It failed.');
      },
      async receive(topic) {
        taken.push(`receive ${topic}`);
        return true;
      },
    },
    { order_id: 'ord_1' },
  );
  return { end, taken };
}

const forward = table.map(({ step }) => step);

describe('the workflow of an order', () => {
  it('takes the steps of its table in turn', async () => {
    assert.deepEqual(await run({}), { end: 'completed', taken: forward });
  });

  for (const [index, { step, compensation }] of table.entries()) {
    const earlier = table
      .slice(0, index)
      .flatMap((row) => row.compensation ?? [])
      .reverse();

    it(`takes back what a declined ${step} may have done, and all before it, in reverse`, async () => {
      const back = compensation ? [compensation, ...earlier] : earlier;
      const { end, taken } = await run({ [step]: ['declined'] });
      assert.equal(end, 'cancelled');
      assert.deepEqual(taken, [...forward.slice(0, index + 1), 'begin_unwinding', ...back, 'cancel_order']);
    });

    it(`takes back only what came before when ${step} was unavailable, which says it did nothing`, async () => {
      const { taken } = await run({ [step]: ['unavailable'] });
      assert.deepEqual(taken, [
        ...forward.slice(0, index + 1),
        'begin_unwinding',
        ...earlier,
        'cancel_order',
      ]);
    });

    it(`asks for attention when the outcome of ${step} stays unknown, and tries it again when woken`, async () => {
      const { end, taken } = await run({ [step]: ['unknown', 'unknown'] });
      const stuck = [
        step,
        'ask_for_attention',
        'receive wake',
        step,
        'ask_for_attention',
        'receive wake',
        step,
      ];
      assert.equal(end, 'completed');
      assert.deepEqual(taken, [...forward.slice(0, index), ...stuck, ...forward.slice(index + 1)]);
    });
  }

  it('takes back, too, what is unavailable now but may have acted before', async () => {
    const { end, taken } = await run({ authorise_payment: ['unknown', 'unavailable', 'declined'] });
    assert.equal(end, 'cancelled');
    const stuck = ['authorise_payment', 'ask_for_attention', 'receive wake'];
    assert.deepEqual(taken, [
      'validate_order',
      'reserve_inventory',
      ...stuck,
      ...stuck,
      'authorise_payment',
      'begin_unwinding',
      'void_payment',
      'release_inventory',
      'cancel_order',
    ]);
  });

  it('never gives a compensation up, whatever it says', async () => {
    for (const kind of ['declined', 'unavailable', 'unknown'] as const) {
      const { end, taken } = await run({ arrange_shipping: ['declined'], void_payment: [kind, kind] });
      assert.equal(end, 'cancelled');
      assert.deepEqual(taken.slice(-9), [
        'void_payment',
        'ask_for_attention',
        'receive wake',
        'void_payment',
        'ask_for_attention',
        'receive wake',
        'void_payment',
        'release_inventory',
        'cancel_order',
      ]);
    }
  });
});
