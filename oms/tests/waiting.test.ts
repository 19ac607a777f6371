import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StepInput } from '../src/engine/engine.ts';
import { Journal } from '../src/engine/journal.ts';
import { DEFAULT_OUTAGES, retryPolicies } from '../src/engine/policies.ts';
import { SimulatedEngine } from '../src/engine/simulated.ts';

const WAITING = 10_000;
const STEPS = 6;
/** Those that go on at once, whatever happens afterwards; of 64 places 16 are theirs. */
const AT_ONCE = 16;

/** An engine with ten thousand workflows that wait; a step takes a turn of the event loop. */
async function startWaiting() {
  const journal = new Journal();
  const taken: string[] = [];
  const options = {
    journal,
    policies: retryPolicies(1),
    outages: DEFAULT_OUTAGES,
    workflows_max: 64,
    steps: {
      async act({ order_id }: StepInput) {
        taken.push(order_id);
        await new Promise(setImmediate);
      },
    },
    workflows: {
      waiting: {
        steps: { act: 'provider' },
        patches: [],
        async run(run, input) {
          await run.receive('go on', 24 * 60 * 60 * 1000);
          for (let step = 0; step < STEPS; step++) await run.step('act', input);
          return 'over';
        },
      },
      new: {
        steps: { act: 'provider' },
        patches: [],
        async run(run, input) {
          for (let step = 0; step < STEPS; step++) await run.step('act', input);
          return 'over';
        },
      },
    },
  } satisfies ConstructorParameters<typeof SimulatedEngine>[0];
  const engine = new SimulatedEngine(options);
  for (let number = 0; number < WAITING; number++) {
    const order_id = `ord_${number}`;
    await engine.start(order_id, { workflow: 'waiting', input: { order_id } });
  }
  return { engine, taken, restart: () => new SimulatedEngine(options) };
}

async function carryNew(engine: SimulatedEngine): Promise<void> {
  await engine.start('new', { workflow: 'new', input: { order_id: 'ord_new' } });
  while ((await engine.describe('new')).state === 'running') await new Promise(setImmediate);
}

describe('a new workflow, while ten thousand that waited go on,', () => {
  it('has a place at once, and meets few of them, when all are woken together', async () => {
    const { engine, taken } = await startWaiting();
    for (let number = 0; number < WAITING; number++) await engine.send(`ord_${number}`, 'go on');
    assert.equal(engine.capacity(), 48);
    const before = taken.length;
    await carryNew(engine);
    const meanwhile = taken.slice(before).filter((id) => id !== 'ord_new');
    assert.ok(meanwhile.length <= 2 * AT_ONCE * STEPS, `${meanwhile.length} steps of others were taken`);
    await engine.stop(0);
  });

  it('has a place at once, and meets few of them, when the process is started anew', async () => {
    const { engine, taken, restart } = await startWaiting();
    await engine.stop(0);
    const next = restart();
    await next.launch();
    assert.equal(next.capacity(), 48);
    await carryNew(next);
    assert.deepEqual(new Set(taken), new Set(['ord_new']));
    await next.stop(0);
  });
});
