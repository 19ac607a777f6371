import { putCustomer } from '../../src/customers/customers.queries.ts';
import { Journal } from '../../src/engine/journal.ts';
import { putProduct, receiveStock } from '../../src/inventory/inventory.queries.ts';
import { findOrder } from '../../src/orders/orders.queries.ts';
import { findStalled } from '../../src/outbox/outbox.queries.ts';
import { workflowId } from '../../src/outbox/relay.ts';
import { calmPool, check, type Found } from './check.ts';
import type { Store } from './database/pool.ts';
import { SimulatedEasyPost } from './providers/easypost.ts';
import { SimulatedStripe } from './providers/stripe.ts';
import { BUSY_MS, CURRENCY, type Fault, type Scenario } from './scenario.ts';
import { type Service, type ServiceParts, startService } from './service.ts';
import { deathOf, Shop } from './shop.ts';
import { BEGIN_MS, type Happening, type Process, World } from './world.ts';

export interface RunOptions {
  /** Keeps what happens, for a story. */
  is_told?: boolean;
  /** An empty one. */
  store: Store;
  /** Wraps the steps, as `ContextOptions` does. */
  wrapSteps?: ServiceParts['wrapSteps'];
}

export interface Outcome {
  found: Found[];
  happenings: Happening[];
  /** Faults that struck at least once. */
  struck: Set<Fault>;
  accepted: number;
  completed: number;
  cancelled: number;
  refused: number;
  /** Requests for attention that a person answered. */
  attention: number;
  acts: number;
  virtual_ms: number;
}

/** After so long nothing that was sent is still on its way. */
const SETTLED_MS = 90_000;
/** An order that waits is woken by a person; so many times it may need one before it counts as stuck. */
const ROUNDS_MAX = 4;
const ROUND_MS = 20 * 60_000;

/** Runs one world to its rest, and checks it. */
export async function run(scenario: Scenario, options: RunOptions): Promise<Outcome> {
  const { seed, faults, orders, changes } = scenario;
  const world = new World({ seed, faults, is_told: options.is_told ?? false });
  const uninstall = world.clock.install(world.chance);
  try {
    const { store } = options;
    const journal = new Journal();
    store.onFlush = () => journal.flush();
    const stripe = new SimulatedStripe(world);
    const easypost = new SimulatedEasyPost(world);
    const parts: ServiceParts = {
      world,
      scenario,
      store,
      journal,
      stripe,
      easypost,
      rescued: 0,
      wrapSteps: options.wrapSteps,
    };
    const pool = calmPool(store);
    await prepare(pool, scenario);

    let open: { service: Service; died: Promise<never> } | undefined;
    const shop = new Shop(world, { now: () => open });
    function start(): void {
      const process: Process = { isAlive: true };
      const { died, die } = deathOf();
      world.process = process;
      world.onCrash = ({ machine, forgets, away_ms, when }) => {
        open = undefined;
        store.disconnectAll();
        if (machine) journal.lose();
        const id = forgets && 'order' in when ? shop.told.get(when.order)?.id : undefined;
        if (id !== undefined) void world.clock.outside(forget(parts, pool, id));
        die();
        world.clock.after(away_ms, start);
        // While no process is there, there is nothing to kill.
        world.onCrash = () => {};
      };
      open = { service: startService(parts, process), died };
      world.tell(undefined, () => 'the service starts');
    }
    world.onDatabaseAway = () => store.disconnectAll();
    start();
    for (const planned of orders) world.clock.after(planned.at_ms, () => void shop.order(planned));
    for (const { at_ms, sku, unit_price, received } of changes) {
      world.clock.after(at_ms, () => {
        if (received) void world.clock.outside(receiveStock.run({ sku, quantity: received }, pool));
        if (unit_price) void world.clock.outside(putProduct.run(productOf(sku, unit_price), pool));
      });
    }

    await until(world, () => false, BUSY_MS);
    const attention = await mend(world, shop, pool);
    await until(world, () => false, SETTLED_MS);
    const found = await check(parts, shop.told);
    world.process.isAlive = false;
    return { ...(await summarise(pool, shop)), found, attention, ...factsOf(world) };
  } finally {
    uninstall();
  }
}

async function prepare(pool: ReturnType<typeof calmPool>, { products, customers }: Scenario): Promise<void> {
  for (const id of customers) await putCustomer.run({ id, name: id, ...UNCONDITIONAL }, pool);
  for (const { sku, unit_price, stock } of products) {
    await putProduct.run(productOf(sku, unit_price), pool);
    if (stock > 0) await receiveStock.run({ sku, quantity: stock }, pool);
  }
}

const UNCONDITIONAL = { must_exist: false, must_not_exist: false };

function productOf(sku: string, unit_price: number) {
  return { sku, name: sku, unit_price, currency: CURRENCY, ...UNCONDITIONAL };
}

/** Loses a workflow that was handed over, as may happen to an engine's own database; the sweep is to find it. */
async function forget(
  parts: ServiceParts,
  pool: ReturnType<typeof calmPool>,
  order_id: string,
): Promise<void> {
  const { journal } = parts;
  const handedOver = await findStalled.run({ after: '', older_than_ms: -DAY_MS, limit: 1_000 }, pool);
  if (journal.workflows.get(workflowId(order_id))?.state !== 'running') return;
  if (!handedOver.some(({ id }) => id === order_id)) return;
  journal.remove(workflowId(order_id));
  parts.rescued--;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Lets time pass until it is so, or so much has passed. */
async function until(world: World, isSo: () => boolean, most_ms: number): Promise<void> {
  const end_ms = world.clock.now_ms + most_ms;
  while (!isSo()) {
    const next_ms = world.clock.next();
    if (next_ms === undefined || next_ms > end_ms) break;
    await world.clock.step();
  }
  world.clock.now_ms = Math.max(world.clock.now_ms, Math.min(end_ms, world.clock.next() ?? end_ms));
}

/** When all that moves has come to rest, whatever waits for a person gets one. @returns how often one was needed */
async function mend(world: World, shop: Shop, pool: ReturnType<typeof calmPool>): Promise<number> {
  let retries = 0;
  await waitOut(world, async () => (await readOrders(shop, pool)).every(({ row }) => row?.ended_at));
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const end_ms = world.clock.now_ms + ROUND_MS;
    while (world.clock.now_ms < end_ms) {
      const orders = await readOrders(shop, pool);
      if (orders.every(({ row }) => row?.ended_at)) return retries;
      const waiting = orders.filter(({ row }) => row?.attention_code && !row.ended_at);
      const moving = orders.length - waiting.length - orders.filter(({ row }) => row?.ended_at).length;
      if (waiting.length > 0 && moving === 0) {
        // The first time a person only tries; then the cause is mended.
        world.isMended = round > 0;
        for (const { number, id } of waiting) void shop.retry(number, id);
        retries += waiting.length;
        await until(world, () => false, LOOK_MS);
        break;
      }
      await until(world, () => false, LOOK_MS);
    }
  }
  return retries;
}

/** Lets outages and refunds that are pending pass, unless every order has ended before. */
async function waitOut(world: World, isEnded: () => Promise<boolean>): Promise<void> {
  const ends_ms = world.faultsOf('outage').map(({ at_ms, for_ms }) => BEGIN_MS + at_ms + for_ms);
  for (const { delay_ms } of world.faultsOf('provider')) {
    if (delay_ms) ends_ms.push(world.clock.now_ms + delay_ms + ROUND_MS);
  }
  const end_ms = Math.max(0, ...ends_ms);
  while (world.clock.now_ms < end_ms && !(await isEnded())) await until(world, () => false, OUTAGE_LOOK_MS);
}

const OUTAGE_LOOK_MS = 5 * 60_000;
/** Longer than all tries of a step that gets no answer, and than a provider is left alone. */
const LOOK_MS = 75_000;

async function readOrders(shop: Shop, pool: ReturnType<typeof calmPool>) {
  const orders: {
    number: number;
    id: string;
    row: Awaited<ReturnType<typeof findOrder.run>>[number] | undefined;
  }[] = [];
  for (const [number, { id }] of shop.told) {
    if (id !== undefined) orders.push({ number, id, row: (await findOrder.run({ id }, pool))[0] });
  }
  return orders;
}

async function summarise(pool: ReturnType<typeof calmPool>, shop: Shop) {
  const orders = await readOrders(shop, pool);
  const count = (status: string) => orders.filter(({ row }) => row?.status === status).length;
  return {
    accepted: orders.length,
    completed: count('completed'),
    cancelled: count('cancelled'),
    refused: [...shop.told.values()].filter(({ refused }) => refused).length,
  };
}

function factsOf({ happenings, struck, acts, clock }: World) {
  return { happenings, struck, acts, virtual_ms: clock.now_ms - BEGIN_MS };
}
