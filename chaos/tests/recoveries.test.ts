import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Inflicted } from '../faults.ts';
import type { FaultKind } from '../plan.ts';
import { recoveries } from '../recoveries.ts';

const struck = (kind: FaultKind, struck_at_ms: number): Inflicted => ({
  ...{ kind, struck_at_ms, at_ms: 0, duration_ms: 1, link: undefined, worker: 0, seed: 0, back_after_ms: 1 },
});

test('from each fault until the next order, whatever their order in time', () => {
  const faults = [struck('kill worker', 3_000), struck('kill worker', 1_000), struck('kill worker', 5_000)];
  const found = recoveries([...faults, struck('kill api', 9_000)], [5_100, 900, 1_200, 4_000]);
  assert.deepEqual(found.get('kill worker'), { count: 3, median_ms: 200, max_ms: 1_000 });
  assert.equal(found.get('kill api')!.count, 0, 'no order came after it');
});

test('what only slows has no recovery', () => {
  assert.equal(recoveries([struck('slow link', 1_000)], [2_000]).size, 0);
});
