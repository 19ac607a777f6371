import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Steps } from '../../src/engine/engine.ts';
import { MemoryStore } from './database/memory.ts';
import { run } from './run.ts';
import { ORDERS_PER_WORLD, scenarioOf, seedOf } from './scenario.ts';
import { shrink } from './shrink.ts';
import { tell } from './story.ts';

const memory = async () => new MemoryStore();
const FIXED_SEEDS = ['1', '42'];
const WORLDS = 2;
const FRESH_WORLDS = 4;

describe('the simulation', () => {
  for (const seed of FIXED_SEEDS) {
    it(`holds the six invariants with seed ${seed}`, () => holds(seed, WORLDS));
  }

  it('holds the six invariants with a fresh seed', () => holds(String(Date.now()), FRESH_WORLDS));

  it('is the same to the letter when it is run again', async () => {
    const scenario = scenarioOf(seedOf('42', 3), ORDERS_PER_WORLD);
    const [first, second] = [await traceOf(scenario), await traceOf(scenario)];
    assert.ok(first.length > 100_000);
    assert.equal(first, second);
    assert.notEqual(first, await traceOf(scenarioOf(seedOf('43', 3), ORDERS_PER_WORLD)));
  });

  it('strikes with every kind of fault, and sees orders end in both ways', async () => {
    const kinds = new Set<string>();
    const ends = { completed: 0, cancelled: 0, refused: 0, attention: 0 };
    for (let world = 0; world < 6; world++) {
      const { struck, found, ...counts } = await run(scenarioOf(seedOf('5', world), ORDERS_PER_WORLD), {
        store: await memory(),
      });
      assert.deepEqual(found, []);
      for (const fault of struck) kinds.add('trouble' in fault ? fault.trouble : fault.kind);
      for (const end of Object.keys(ends) as (keyof typeof ends)[]) ends[end] += counts[end];
    }
    const all = [
      'crash',
      'database',
      'engine',
      'vanish',
      'fail_before',
      'refused',
      'fail_after',
      'hang_before',
    ];
    const more = ['hang_after', 'drop_before', 'drop_after', 'late', 'slow'];
    const lies = [
      'answer',
      'answer_unacted',
      'outcome',
      'deny_before',
      'deny_after',
      'kept_before',
      'kept_after',
    ];
    assert.deepEqual([...kinds].sort(), [...all, ...more, ...lies].sort());
    assert.ok(
      Object.values(ends).every((count) => count > 5),
      JSON.stringify(ends),
    );
  });

  it('finds what is broken, leaves out what has nothing to do with it, and tells the order’s story', async () => {
    const scenario = scenarioOf(seedOf('42', 1), ORDERS_PER_WORLD);
    /** Money that is held is never given back. */
    const wrapSteps = (steps: Steps): Steps => ({ ...steps, void_payment: async () => {} });
    const { found } = await run(scenario, { store: await memory(), wrapSteps });
    const hold = found.find(({ kind }) => kind === 'hold_left');
    assert.ok(hold, 'the defect is not found');
    const shrunk = await shrink(scenario, hold, { freshStore: memory, wrapSteps });
    assert.equal(shrunk.scenario.orders.length, 1);
    assert.ok(shrunk.scenario.faults.length <= 2, JSON.stringify(shrunk.scenario.faults));
    const story = tell(shrunk);
    assert.match(
      story,
      /^Invariant 2, hold_left: order \d+: It is cancelled, yet payment pi_\d+ still holds/,
    );
    assert.match(
      story,
      /places its order.*stripe: payment_intents.create: pi_\d+ requires_capture.*EndCancelled/s,
    );
  });
});

async function holds(seed: string, worlds: number): Promise<void> {
  for (let world = 0; world < worlds; world++) {
    const scenario = scenarioOf(seedOf(seed, world), ORDERS_PER_WORLD);
    const { found, accepted } = await run(scenario, { store: await memory() });
    assert.deepEqual(found, [], `replay: npm run simulate -- --seed ${seed} --world ${world}`);
    assert.ok(accepted > ORDERS_PER_WORLD / 2);
  }
}

async function traceOf(scenario: Parameters<typeof run>[0]): Promise<string> {
  const {
    happenings,
    found,
    struck: _struck,
    ...counts
  } = await run(scenario, {
    store: await memory(),
    is_told: true,
  });
  return JSON.stringify([happenings, found, counts]);
}
