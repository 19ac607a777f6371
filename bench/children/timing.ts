import { createHistogram } from 'node:perf_hooks';

export interface Timing {
  count: number;
  per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** Processor time of this process for each one. */
  cpu_us_each: number;
}

const LATENCY_US_MAX = 60_000_000;

/** Counts and times things until `finish`. */
export function startTiming() {
  const latencies = createHistogram({ lowest: 1, highest: LATENCY_US_MAX, figures: 3 });
  const started_at = performance.now();
  const cpu = process.cpuUsage();
  return {
    add(from_ms: number): void {
      latencies.record(Math.max(1, Math.round((performance.now() - from_ms) * 1000)));
    },
    finish(): Timing {
      const elapsed_s = (performance.now() - started_at) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      const { count } = latencies;
      return {
        count,
        per_second: count / elapsed_s,
        p50_ms: latencies.percentile(50) / 1000,
        p99_ms: latencies.percentile(99) / 1000,
        cpu_us_each: (user + system) / Math.max(1, count),
      };
    },
  };
}

const WARM_UP_MS = 3_000;

/** Does a thing over and over, so many at once, and times it once it is warm. */
export async function timeLoops(
  { seconds, at_once }: { seconds: number; at_once: number },
  once: () => Promise<unknown>,
): Promise<Timing> {
  const runFor = (duration_ms: number, add: (from_ms: number) => void) => {
    const until_ms = performance.now() + duration_ms;
    const loop = async () => {
      while (performance.now() < until_ms) {
        const from_ms = performance.now();
        await once();
        add(from_ms);
      }
    };
    return Promise.all(Array.from({ length: at_once }, loop));
  };
  await runFor(WARM_UP_MS, () => {});
  const timing = startTiming();
  await runFor(seconds * 1000, timing.add);
  return timing.finish();
}
