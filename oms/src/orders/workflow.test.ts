import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unusedRun } from '../../tests/unused_run.ts';
import type { Progress } from '../engine/engine.ts';
import { outagePolicy } from '../engine/policies.ts';
import { StepError, type StepErrorKind } from '../errors.ts';
import { INVENTORY_FIRST, orderWorkflow, table, tableOfOld, WAIT_FOR_PROVIDERS } from './workflow.ts';

const MINUTE_MS = 60_000;

/** `doubtful`: an outage, in which an earlier process may have acted. */
type Kind = StepErrorKind | 'doubtful';

/** Runs the workflow over steps that fail as told, and lists the steps it took. */
async function run(
  failures: Record<string, Kind[]>,
  { unpatched = '', deadline_ms = MINUTE_MS, isWoken = true } = {},
) {
  const taken: string[] = [];
  const told: Progress[] = [];
  const waits: number[] = [];
  let now_ms = 0;
  const end = await orderWorkflow.run(
    {
      ...unusedRun,
      outages: outagePolicy(MINUTE_MS, deadline_ms),
      patched: (patch) => patch !== unpatched,
      progress: (progress) => void told.push(progress),
      async step(name) {
        taken.push(name);
        const kind = failures[name]?.shift();
        if (kind === 'doubtful') {
          throw new StepError('unknown', `${name}_failed`, 'It failed.', undefined, { is_outage: true });
        }
        if (kind) throw new StepError(kind, `${name}_failed`, 'It failed.');
      },
      now: async () => now_ms,
      async receive(topic, timeout_ms) {
        taken.push(`receive ${topic}`);
        waits.push(timeout_ms);
        if (!isWoken) now_ms += timeout_ms;
        return isWoken;
      },
    },
    { order_id: 'ord_1' },
  );
  return { end, taken, told, waits };
}

const forward = table.map(({ step }) => step);

describe('the workflow of an order', () => {
  it('takes the steps of its table in turn', async () => {
    const { end, taken } = await run({});
    assert.deepEqual([end, taken], ['completed', forward]);
  });

  it('that began before stock came first holds the money first', async () => {
    const { end, taken } = await run({}, { unpatched: INVENTORY_FIRST });
    assert.deepEqual([end, taken], ['completed', tableOfOld.map(({ step }) => step)]);
    assert.deepEqual(taken.slice(1, 3), ['authorise_payment', 'reserve_inventory']);
    const declined = await run({ reserve_inventory: ['declined'] }, { unpatched: INVENTORY_FIRST });
    assert.deepEqual(declined.taken.slice(-4), [
      'begin_unwinding',
      'release_inventory',
      'void_payment',
      'cancel_order',
    ]);
  });

  it('tells what it is at, and when a person must look', async () => {
    const { told } = await run({ capture_payment: ['unknown'] });
    const at = 'capture_payment';
    assert.deepEqual(told.slice(-5), [
      { at, status: 'processing', attention: false },
      { at, status: 'processing', attention: true },
      { at, status: 'processing', attention: false },
      { at: 'complete_order', status: 'processing', attention: false },
      { at: 'completed', status: 'completed', attention: false },
    ]);
  });

  it('takes only steps that it has a policy for', async () => {
    const { taken } = await run({
      ...{ capture_payment: ['unavailable'], complete_order: ['declined'], void_payment: ['unknown'] },
    });
    const steps = taken.filter((name) => !name.startsWith('receive'));
    assert.deepEqual([...new Set(steps)].sort(), Object.keys(orderWorkflow.steps).sort());
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

    it(`took back only what came before when ${step} was unavailable, in orders from before outages were waited for`, async () => {
      const { taken } = await run({ [step]: ['unavailable'] }, { unpatched: WAIT_FOR_PROVIDERS });
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

  for (const [step, provider] of [
    ['authorise_payment', 'payment_provider'],
    ['arrange_shipping', 'carrier'],
    ['capture_payment', 'payment_provider'],
  ] as const) {
    it(`waits out an outage at ${step}, quietly, for longer each time`, async () => {
      const outage: StepErrorKind[] = Array(8).fill('unavailable');
      const { end, taken, told, waits } = await run(
        { [step]: outage },
        { deadline_ms: 24 * 60 * MINUTE_MS, isWoken: false },
      );
      assert.equal(end, 'completed');
      assert.ok(!taken.includes('ask_for_attention'));
      assert.ok(told.some(({ at }) => at === `${step}: waiting for the ${provider}`));
      for (const [index, minutes] of [1, 2, 4, 8, 15, 15, 15, 15].entries()) {
        const wait = waits[index]! / MINUTE_MS;
        assert.ok(wait <= minutes && wait >= minutes * 0.75, `wait ${index + 1}: ${wait} minutes`);
      }
    });
  }

  it('gives an outage up at the deadline, before the money is held', async () => {
    const outage: StepErrorKind[] = Array(20).fill('unavailable');
    const { end, taken } = await run(
      { authorise_payment: outage },
      { deadline_ms: 10 * MINUTE_MS, isWoken: false },
    );
    assert.equal(end, 'cancelled');
    assert.deepEqual(taken.slice(-3), ['begin_unwinding', 'release_inventory', 'cancel_order']);
    assert.ok(taken.length < 20);
  });

  for (const step of ['arrange_shipping', 'capture_payment'] as const) {
    it(`needs a person at the deadline once the money is held, and goes on when ${step} can be done`, async () => {
      const { end, taken } = await run(
        { [step]: ['unavailable', 'unavailable'] },
        { deadline_ms: 1, isWoken: false },
      );
      assert.equal(end, 'completed');
      assert.equal(taken.filter((name) => name === 'ask_for_attention').length, 1);
    });
  }

  it('ends no wait for a wake, which is no part of the outage', async () => {
    const outage: StepErrorKind[] = Array(30).fill('unavailable');
    const { end } = await run({ authorise_payment: outage }, { deadline_ms: 1, isWoken: true });
    assert.equal(end, 'completed');
  });

  it('takes back, too, what is unavailable now but may have acted before', async () => {
    const { end, taken } = await run({ authorise_payment: ['unknown', 'unavailable', 'declined'] });
    assert.equal(end, 'cancelled');
    assert.deepEqual(taken, [
      'validate_order',
      'reserve_inventory',
      ...['authorise_payment', 'ask_for_attention', 'receive wake'],
      ...['authorise_payment', 'wait_for_provider', 'receive wake'],
      'authorise_payment',
      'begin_unwinding',
      'void_payment',
      'release_inventory',
      'cancel_order',
    ]);
  });

  it('requires nobody in an outage in which only an earlier process may have acted, and takes back what that may have done', async () => {
    const doubtful = Array<Kind>(3).fill('doubtful');
    const quiet = await run({ authorise_payment: doubtful });
    assert.equal(quiet.end, 'completed');
    assert.ok(!quiet.taken.includes('ask_for_attention'));
    const { end, taken } = await run({ authorise_payment: [...doubtful, 'declined'] });
    assert.deepEqual([end, taken.includes('void_payment')], ['cancelled', true]);
  });

  it('never gives a compensation up, whatever it says', async () => {
    for (const kind of ['declined', 'unknown'] as const) {
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

  it('waits out an outage at a compensation too, quietly until the deadline', async () => {
    const failures = () => ({
      arrange_shipping: ['declined' as const],
      void_payment: Array(2).fill('unavailable'),
    });
    const short = await run(failures(), { deadline_ms: 10 * MINUTE_MS, isWoken: false });
    const long = await run(failures(), { deadline_ms: 1, isWoken: false });
    for (const { end, taken } of [short, long]) {
      assert.deepEqual([end, taken.at(-2)], ['cancelled', 'release_inventory']);
    }
    assert.ok(!short.taken.includes('ask_for_attention'));
    assert.equal(long.taken.filter((name) => name === 'ask_for_attention').length, 1);
  });
});
