import type { Found } from './check.ts';
import type { Store } from './database/pool.ts';
import { type Outcome, type RunOptions, run } from './run.ts';
import type { Fault, PlannedOrder, Scenario } from './scenario.ts';

export interface Shrunk {
  scenario: Scenario;
  /** The offence that it still shows. */
  found: Found;
  outcome: Outcome;
  runs: number;
}

interface ShrinkOptions extends Omit<RunOptions, 'store' | 'is_told'> {
  freshStore: () => Promise<Store>;
}

const RUNS_MAX = 120;

/**
 * Leaves out orders, faults and what shops do, as long as the same kind of offence is found. What is left is run
 * once more to be told.
 */
export async function shrink(
  failing: Scenario,
  target: Found,
  { freshStore, ...options }: ShrinkOptions,
): Promise<Shrunk> {
  let runs = 0;
  let best = failing;

  async function fails(scenario: Scenario): Promise<boolean> {
    if (runs >= RUNS_MAX) return false;
    runs++;
    const { found } = await run(scenario, { ...options, store: await freshStore() });
    return found.some(({ kind }) => kind === target.kind);
  }
  /** Leaves out as much of a list as it can: first all, then halves, quarters, single ones. */
  async function leaveOut<Item>(list: (from: Scenario) => Item[], put: (items: Item[]) => Scenario) {
    for (let size = list(best).length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < list(best).length; ) {
        const items = list(best);
        const shorter = put(items.toSpliced(from, size));
        if (await fails(shorter)) best = shorter;
        else from += size;
      }
    }
  }

  const only = withOrders(
    best,
    best.orders.filter(({ number }) => number === target.order),
  );
  if (target.order !== undefined && (await fails(only))) best = only;
  else
    await leaveOut(
      ({ orders }) => orders,
      (orders) => withOrders(best, orders),
    );
  await leaveOut(
    ({ faults }) => faults,
    (faults) => ({ ...best, faults }),
  );
  await leaveOut(
    ({ changes }) => changes,
    (changes) => ({ ...best, changes }),
  );
  for (const { number } of best.orders) {
    await leaveOut(
      (from) => orderOf(from, number).actions,
      (actions) => withOrder(best, number, { actions }),
    );
    await leaveOut(
      (from) => orderOf(from, number).repeats_ms,
      (repeats_ms) => withOrder(best, number, { repeats_ms }),
    );
  }
  const outcome = await run(best, { ...options, store: await freshStore(), is_told: true });
  return {
    scenario: best,
    found: outcome.found.find(({ kind }) => kind === target.kind) ?? target,
    outcome,
    runs,
  };
}

function withOrders(scenario: Scenario, orders: PlannedOrder[]): Scenario {
  const kept = new Set(orders.map(({ number }) => number));
  return { ...scenario, orders, faults: scenario.faults.filter((fault) => concerns(fault, kept)) };
}

function concerns(fault: Fault, kept: ReadonlySet<number>): boolean {
  if ('order' in fault) return kept.has(fault.order);
  return !('when' in fault) || !('order' in fault.when) || kept.has(fault.when.order);
}

function orderOf({ orders }: Scenario, number: number): PlannedOrder {
  return orders.find((order) => order.number === number)!;
}

function withOrder(scenario: Scenario, number: number, changes: Partial<PlannedOrder>): Scenario {
  const orders = scenario.orders.map((order) => (order.number === number ? { ...order, ...changes } : order));
  return { ...scenario, orders };
}
