import { type Dispatcher, Pool } from 'undici';
import { newOrders, seeded } from '../setup/orders.ts';
import { answer } from './answer.ts';
import { startTiming, type Timing } from './timing.ts';

/** Places orders by HTTP, with as little work of its own as can be: it shares the machine with what it measures. */

const BODIES = newOrders(5_000).map((order) => JSON.stringify(order));
const TICK_MS = 5;

let pool: Pool | undefined;
let placed = 0;

answer({
  async connect({ url, connections }: { url: string; connections: number }) {
    await pool?.close();
    pool = new Pool(url, { connections, pipelining: 1 });
  },

  /** Keeps that many requests under way. */
  async closed({ seconds, connections }: { seconds: number; connections: number }): Promise<Timing> {
    const until_ms = performance.now() + seconds * 1000;
    const timing = startTiming();
    const client = async () => {
      while (performance.now() < until_ms) {
        const from_ms = performance.now();
        await place();
        timing.add(from_ms);
      }
    };
    await Promise.all(Array.from({ length: connections }, client));
    return timing.finish();
  },

  /** Places so many, a few at a time. */
  async feed({ count, at_once }: { count: number; at_once: number }): Promise<void> {
    let left = count;
    const client = async () => {
      while (left-- > 0) await place();
    };
    await Promise.all(Array.from({ length: Math.min(at_once, count) }, client));
  },

  /** Places them at random moments, at this rate on average, whether or not the earlier ones are answered. */
  async open({ seconds, per_second }: { seconds: number; per_second: number }): Promise<Timing> {
    const chance = seeded(placed + 1);
    const timing = startTiming();
    const under_way = new Set<Promise<void>>();
    const started_ms = performance.now();
    let due_ms = 0;
    while (due_ms < seconds * 1000) {
      const from_ms = performance.now();
      for (; due_ms <= from_ms - started_ms && due_ms < seconds * 1000; ) {
        const one = place().then(() => {
          timing.add(from_ms);
          under_way.delete(one);
        });
        under_way.add(one);
        due_ms += (-Math.log(1 - chance()) / per_second) * 1000;
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    await Promise.all(under_way);
    return timing.finish();
  },
});

function place(): Promise<void> {
  const number = placed++;
  return new Promise((resolve, reject) => {
    pool!.dispatch(
      {
        method: 'POST',
        path: '/api/v1/orders',
        headers: ['content-type', 'application/json', 'idempotency-key', `bench-${process.pid}-${number}`],
        body: BODIES[number % BODIES.length]!,
      },
      {
        onRequestStart() {},
        onResponseStart(_controller: Dispatcher.DispatchController, status: number) {
          if (status !== 202) reject(new Error(`an order was answered with ${status}`));
        },
        onResponseData() {},
        onResponseEnd: () => resolve(),
        onResponseError: (_controller: Dispatcher.DispatchController, error: Error) => reject(error),
      },
    );
  });
}
