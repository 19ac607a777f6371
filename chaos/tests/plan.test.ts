import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT_KINDS, LINKS, type PlanOptions, planFaults } from '../plan.ts';

const options: PlanOptions = {
  ...{ seed: 7, duration_ms: 120_000, engine: 'temporal', workers: 2, disk_full: true },
};

test('the same seed gives the same plan, another one another', () => {
  assert.deepEqual(planFaults(options), planFaults(options));
  assert.notDeepEqual(planFaults(options), planFaults({ ...options, seed: 8 }));
});

test('in two minutes every kind of fault comes, whatever the seed, and every connection and worker is hit by some', () => {
  const links = new Set();
  const workers = new Set();
  for (let seed = 1; seed <= 50; seed++) {
    const plan = planFaults({ ...options, seed });
    assert.deepEqual(
      [...new Set(plan.map(({ kind }) => kind))].sort(),
      [...FAULT_KINDS].sort(),
      `seed ${seed}`,
    );
    for (const { kind, link, worker } of plan) {
      if (link) links.add(link);
      if (kind === 'kill worker') workers.add(worker);
    }
  }
  assert.deepEqual([...links].sort(), [...LINKS].sort());
  assert.deepEqual([...workers].sort(), [0, 1]);
});

test('the plan is bounded: it is over before the load is, and what is hit is hit by one fault at a time', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const free_at_ms = new Map<string, number>();
    for (const { kind, link, at_ms, duration_ms } of planFaults({ ...options, seed })) {
      assert.ok(at_ms > 0 && at_ms + duration_ms < options.duration_ms);
      const target =
        link ??
        kind
          .replace('fill disk', 'database')
          .split(' ')
          .at(kind.startsWith('provider') ? 0 : -1)!;
      assert.ok(at_ms >= (free_at_ms.get(target) ?? 0), `seed ${seed}: ${kind} at ${at_ms} ms`);
      free_at_ms.set(target, at_ms + duration_ms);
    }
  }
  assert.deepEqual(planFaults({ ...options, duration_ms: 1_000 }), []);
});

test('nothing is planned that cannot be done: no Temporal on the embedded engine, no disk where there is none', () => {
  const plan = planFaults({
    ...options,
    engine: 'embedded',
    workers: 1,
    disk_full: false,
    duration_ms: 600_000,
  });
  assert.ok(plan.length > 100);
  for (const { kind, link, worker } of plan) {
    assert.ok(kind !== 'stop temporal' && kind !== 'fill disk' && link !== 'worker-temporal' && worker === 0);
  }
});

test('only the kinds that are asked for', () => {
  const plan = planFaults({ ...options, only: ['kill api', 'kill worker'] });
  assert.deepEqual([...new Set(plan.map(({ kind }) => kind))].sort(), ['kill api', 'kill worker']);
});
