import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { Chance } from './chance.ts';

/** Virtual time: `Date`, `performance.now`, timers and random bytes of the whole process are the simulation's. */
export class Clock {
  now_ms: number;
  readonly #timers: Timer[] = [];
  #count = 0;
  #outside = 0;

  constructor(now_ms: number) {
    this.now_ms = now_ms;
  }

  after(delay_ms: number, ring: () => void): Timer {
    const timer = {
      at_ms: this.now_ms + Math.max(0, delay_ms || 0),
      number: this.#count++,
      ring,
      is_off: false,
    };
    this.#push(timer);
    return timer;
  }

  sleep(delay_ms: number): Promise<void> {
    return new Promise((resolve) => this.after(delay_ms, resolve));
  }

  /** Rings the next timer, and lets all that it set off come to rest. @returns false when there is none */
  async step(): Promise<boolean> {
    const timer = this.#pop();
    if (!timer) return false;
    if (timer.is_off) return true;
    this.now_ms = timer.at_ms;
    timer.ring();
    do await rest();
    while (await this.#isOutside());
    return true;
  }

  /** Time stands still until something outside of the simulation has answered. */
  async outside<Result>(answer: Promise<Result>): Promise<Result> {
    this.#outside++;
    try {
      return await answer;
    } finally {
      this.#outside--;
    }
  }

  async #isOutside(): Promise<boolean> {
    if (this.#outside === 0) return false;
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }

  next(): number | undefined {
    return this.#timers[0]?.at_ms;
  }

  /** Puts the process on this clock until what it returns is called. */
  install(chance: Chance): () => void {
    const { Date: RealDate, setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
    const { randomFillSync, randomUUID } = crypto;
    const realNow = performance.now;
    const clock = this;
    class VirtualDate extends RealDate {
      constructor(...given: []) {
        if (given.length === 0) super(clock.now_ms);
        else super(...given);
      }
      static override now(): number {
        return clock.now_ms;
      }
    }
    const start_ms = this.now_ms;
    // Errors are daily bread here; their stacks would cost more than all the rest.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    Object.assign(globalThis, {
      Date: VirtualDate,
      setTimeout: (ring: () => void, delay_ms = 0) => Object.assign(this.after(delay_ms, ring), HANDLE),
      clearTimeout: (timer?: Timer) => {
        if (timer) timer.is_off = true;
      },
    });
    performance.now = () => clock.now_ms - start_ms;
    Object.assign(crypto, {
      randomFillSync(array: Uint8Array) {
        chance.bytes(array);
        return array;
      },
      randomUUID: () => `uuid-${chance.between(0, 2 ** 31)}`,
    });
    syncBuiltinESMExports();
    return () => {
      Error.stackTraceLimit = stackTraceLimit;
      Object.assign(globalThis, {
        Date: RealDate,
        setTimeout: realSetTimeout,
        clearTimeout: realClearTimeout,
      });
      performance.now = realNow;
      Object.assign(crypto, { randomFillSync, randomUUID });
      syncBuiltinESMExports();
    };
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#timers;
    const [top] = heap;
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

export interface Timer {
  at_ms: number;
  number: number;
  ring: () => void;
  is_off: boolean;
}

const HANDLE = {
  unref() {
    return this;
  },
};

function isBefore(one: Timer, other: Timer): boolean {
  return one.at_ms < other.at_ms || (one.at_ms === other.at_ms && one.number < other.number);
}

/** All promises that can settle have settled: Node takes the next tick when no other is left. */
function rest(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
