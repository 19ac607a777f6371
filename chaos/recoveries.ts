import type { Inflicted } from './faults.ts';
import type { FaultKind } from './plan.ts';

/** How long it took from a fault's beginning until an order came to the next point, in ms. */
export interface Recovery {
  count: number;
  median_ms: number;
  max_ms: number;
}

/** Faults that stop something for a while; what is merely slow has no recovery of its own. */
const STOPPING: readonly FaultKind[] = [
  'kill api',
  'kill worker',
  'kill sandbox',
  'stop database',
  'crash database',
  'stop temporal',
  'fill disk',
];

/**
 * From each such fault until an order was next accepted, or completed. What stops only a part, as the death of one
 * of two workers does, may cost nothing; what overlaps with another fault lasts longer.
 * @param moments_ms when orders were accepted, or completed
 */
export function recoveries(
  inflicted: readonly Inflicted[],
  moments_ms: readonly number[],
): Map<FaultKind, Recovery> {
  const sorted = [...moments_ms].sort((a, b) => a - b);
  const durations = Map.groupBy(
    inflicted.filter(({ kind }) => STOPPING.includes(kind)),
    ({ kind }) => kind,
  );
  return new Map(
    [...durations].map(([kind, faults]) => {
      const waits = faults.flatMap(({ struck_at_ms }) => {
        const next = sorted.find((moment) => moment > struck_at_ms);
        return next === undefined ? [] : [next - struck_at_ms];
      });
      return [kind, summarise(waits)];
    }),
  );
}

function summarise(waits: number[]): Recovery {
  waits.sort((a, b) => a - b);
  const middle = [waits[Math.floor((waits.length - 1) / 2)] ?? 0, waits[Math.floor(waits.length / 2)] ?? 0];
  return { count: waits.length, median_ms: (middle[0]! + middle[1]!) / 2, max_ms: waits.at(-1) ?? 0 };
}
