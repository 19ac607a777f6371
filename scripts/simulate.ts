import { parseOptions } from '@oms/kit/main/options.ts';
import { type Outcome, run } from '../oms/tests/simulation/run.ts';
import { ORDERS_PER_WORLD, scenarioOf, seedOf } from '../oms/tests/simulation/scenario.ts';
import { shrink } from '../oms/tests/simulation/shrink.ts';
import { openStore, type StoreName, storeNames } from '../oms/tests/simulation/stores.ts';
import { tell } from '../oms/tests/simulation/story.ts';

const HELP = `Runs orders through the service's own code in a simulated world: time, interleaving and faults come from a seed.
Processes are killed, the database goes away, providers lie, shops repeat and change their minds; then the six
invariants are checked. It ends with 1 when one is broken, with the line that replays it and its story.

npm run simulate                         5000 orders of a new seed
npm run simulate -- --orders 20000 --seed 42
npm run simulate -- --seed 42 --world 7  one world of ${ORDERS_PER_WORLD} orders, as a failure names it

  --orders n        how many, rounded up to whole worlds of ${ORDERS_PER_WORLD}
  --seed n          decides everything
  --world n         this world alone
  --seconds n       goes on with new worlds for so long, instead of --orders
  --store name      memory (default), or postgres: a throw-away server, or TEST_POSTGRES_URL
  --failures n      stops after so many failing worlds, by default 1
  --json            one line for programs instead: what was found, of how many orders; nothing is shrunk`;

class UsageError extends Error {}

const SECONDS_MAX = 24 * 60 * 60;
const PROGRESS_EVERY_MS = 1_000;

const { values } = parseOptions({
  options: {
    help: { type: 'boolean', short: 'h' },
    orders: { type: 'string' },
    seed: { type: 'string' },
    world: { type: 'string' },
    seconds: { type: 'string' },
    store: { type: 'string', default: 'memory' },
    failures: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else {
  try {
    process.exitCode = await simulate();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message} --help tells more.`);
    process.exitCode = 1;
  }
}

async function simulate(): Promise<number> {
  const seed = values.seed ?? String(Date.now() % 1_000_000);
  const store_name = values.store as StoreName;
  if (!storeNames.includes(store_name)) throw new UsageError(`There is no store ${store_name}.`);
  const only = readNumber('world', values.world, 0, 1e9);
  const seconds = readNumber('seconds', values.seconds, 1, SECONDS_MAX);
  const orders = readNumber('orders', values.orders, 1, 1e8) ?? 5_000;
  const failures_max = readNumber('failures', values.failures, 1, 1_000) ?? 1;
  const worlds = only === undefined ? Math.ceil(orders / ORDERS_PER_WORLD) : 1;

  const store = await openStore(store_name);
  const totals = {
    orders: 0,
    accepted: 0,
    completed: 0,
    cancelled: 0,
    refused: 0,
    attention: 0,
    faults: 0,
    acts: 0,
  };
  const cpu_at = process.cpuUsage();
  const began_at = performance.now();
  const passed_ms = () => performance.now() - began_at;
  let shown_ms = 0;
  let failures = 0;
  /** Whom each kind of offence is about. */
  const found: Record<string, Set<string>> = {};
  try {
    const isOver = (done: number) => (seconds ? passed_ms() >= seconds * 1_000 : done >= worlds);
    for (let done = 0; !isOver(done) && failures < failures_max; done++) {
      const world = only ?? done;
      const scenario = scenarioOf(seedOf(seed, world), ORDERS_PER_WORLD);
      const outcome = await run(scenario, { store: await store.fresh() });
      add(totals, outcome, scenario.orders.length);
      const [first] = outcome.found;
      if (first) failures++;
      for (const { kind, order } of outcome.found) {
        found[kind] ??= new Set();
        found[kind].add(`${world} ${order}`);
      }
      if (first && !values.json) {
        console.log(`\n${replayLine(seed, world, store_name)}`);
        console.log(`It finds: ${summarise(outcome)}`);
        console.log(tell(await shrink(scenario, first, { freshStore: () => store.fresh() })));
      }
      if (!values.json && passed_ms() - shown_ms > PROGRESS_EVERY_MS) {
        shown_ms = passed_ms();
        const of = seconds
          ? `${(shown_ms / 1000).toFixed(0)} of ${seconds} s`
          : `${done + 1} of ${worlds} worlds`;
        console.error(`${of}, ${totals.orders} orders`);
      }
      await new Promise(setImmediate);
    }
  } finally {
    await store.close();
  }
  if (values.json) {
    const kinds = Object.entries(found).map(([kind, whose]) => [kind, whose.size]);
    console.log(JSON.stringify({ seed, ...totals, failures, found: Object.fromEntries(kinds) }));
    return failures === 0 ? 0 : 1;
  }
  const { user, system } = process.cpuUsage(cpu_at);
  const per_second = (totals.orders / passed_ms()) * 1_000;
  const per_cpu_second = (totals.orders / (user + system)) * 1e6;
  console.log(
    `Seed ${seed}: ${totals.orders} orders, of them ${totals.completed} completed, ${totals.cancelled} cancelled, ` +
      `${totals.refused} refused; ${totals.faults} faults struck, ${totals.attention} times a person was asked; ` +
      `${totals.acts} acts.`,
  );
  console.log(
    `${per_second.toFixed(0)} orders/s, ${per_cpu_second.toFixed(0)} for each second of processor time. ` +
      (failures === 0 ? 'All invariants hold.' : `Invariants are broken in ${failures} worlds.`),
  );
  return failures === 0 ? 0 : 1;
}

function replayLine(seed: string, world: number, store: StoreName): string {
  const where = store === 'memory' ? '' : ` --store ${store}`;
  return `Replay: npm run simulate -- --seed ${seed} --world ${world}${where}`;
}

function summarise({ found }: Outcome): string {
  const kinds = Map.groupBy(found, ({ kind }) => kind);
  return [...kinds].map(([kind, { length }]) => `${kind} (${length})`).join(', ');
}

function add(totals: Record<string, number>, outcome: Outcome, orders: number): void {
  const { accepted, completed, cancelled, refused, attention, acts, struck } = outcome;
  const facts = { orders, accepted, completed, cancelled, refused, attention, acts, faults: struck.size };
  for (const [name, count] of Object.entries(facts)) totals[name] = (totals[name] ?? 0) + count;
}

function readNumber(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(`--${name} is a whole number from ${least} to ${most}.`);
}
