import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { verify } from '../oms/src/verify/verify.ts';
import { drain, readAll } from './drain.ts';
import { inflict } from './faults.ts';
import { checkBook } from './load/book.ts';
import { startLoad } from './load/clients.ts';
import { openRequests } from './load/requests.ts';
import { type FaultKind, LINKS, planFaults } from './plan.ts';
import { recoveries } from './recoveries.ts';
import { machineNow, type Report } from './report.ts';
import { type System, startSystem } from './system/system.ts';

export interface RunOptions {
  engine: 'embedded' | 'temporal';
  minutes: number;
  seed: number;
  orders_per_second: number;
  workers: number;
  disk_full: boolean;
  only: FaultKind[] | undefined;
  tell: (text: string) => void;
  stopped: AbortSignal;
}

/** An order that waits on a try of its own comes to its end well within this; the service's sweep needs six minutes. */
const DRAIN_TIMEOUT_MS = 8 * 60_000;
/** Clients that have no answer so long after the last fault get none. */
const ANSWER_TIMEOUT_MS = 60_000;
const UP_TIMEOUT_MS = 60_000;
const DATABASE_TIMEOUT_MS = 60_000;
const TELL_EVERY_MS = 10_000;

/** Starts the system, breaks it under load, lets it come to rest, and holds it against its promises. */
export async function run(options: RunOptions, stack: AsyncDisposableStack): Promise<Report> {
  const { engine, seed, minutes, workers, tell, stopped } = options;
  const before = machineNow();
  const system = await startSystem(options, stack);
  stopped.throwIfAborted();

  const duration_ms = minutes * 60_000;
  const disk_full = system.disk !== undefined;
  const plan = planFaults({ seed, duration_ms, engine, workers, disk_full, only: options.only });
  tell(
    `${plan.length} faults in ${Math.round(duration_ms / 1000)} s, ${options.orders_per_second} orders per second`,
  );
  const unanswered = new AbortController();
  const requests = openRequests(system.client_url, AbortSignal.any([stopped, unanswered.signal]));
  stack.defer(() => requests.close());
  const began_ms = performance.now();
  const load = startLoad({ ...options, duration_ms, requests });
  const telling = setInterval(() => {
    const accepted = load.entries.filter(({ accepted_at_ms }) => accepted_at_ms).length;
    tell(`${accepted} orders accepted of ${load.entries.length}, ${requests.tries.lost} answers lost`);
  }, TELL_EVERY_MS);
  stack.defer(() => clearInterval(telling));
  const inflicted = await inflict(system, plan, { tell, stopped });
  await rest(began_ms + duration_ms - performance.now(), stopped);

  tell('quiet: every fault is taken back');
  await heal(system, stopped);
  const giveUp = setTimeout(() => unanswered.abort(), ANSWER_TIMEOUT_MS);
  await load.finished;
  clearTimeout(giveUp);
  clearInterval(telling);
  stopped.throwIfAborted();

  tell('waiting until every order has ended');
  const drained = await drain(system.api_url, { timeout_ms: DRAIN_TIMEOUT_MS, tell, stopped });
  stopped.throwIfAborted();
  tell('checking the clients’ book and the invariants');
  const found = await readAll(system.api_url, stopped);
  const complaints = [...load.complaints, ...checkBook(load.entries, found)];
  const provider = { url: system.sandbox_url };
  const invariants = await verify({
    database_url: system.database.url,
    stripe: { ...provider, key: 'sk_test_chaos' },
    easypost: { ...provider, key: 'EZTKchaos' },
  });
  const completed_ms = await readCompletions(system.database.url);
  const accepted_ms = load.entries.flatMap(({ accepted_at_ms }) => accepted_at_ms ?? []);
  const count = (holds: (entry: (typeof load.entries)[number]) => boolean) =>
    load.entries.filter(holds).length;
  return {
    ok: drained.drained_after_ms !== undefined && complaints.length === 0 && invariants.ok,
    ...{ engine, seed, minutes, workers, orders_per_second: options.orders_per_second },
    machine: { cores: before.cores, load_before: before.load, load_after: machineNow().load },
    clients: {
      placed: load.entries.length,
      accepted: accepted_ms.length,
      refused: count(({ refused }) => refused !== undefined),
      unanswered: count(({ refused, order_ids }) => refused === undefined && order_ids.size === 0),
      ...load.counts,
      cancels_accepted: count(({ cancel_accepted }) => cancel_accepted),
      amendments_accepted: count(({ amended_total }) => amended_total !== undefined),
    },
    tries: { lost: requests.tries.lost, answered: Object.fromEntries([...requests.tries.answered].sort()) },
    faults: Object.fromEntries(
      [...Map.groupBy(inflicted, ({ kind }) => kind)].map(([kind, faults]) => [kind, faults.length]),
    ),
    falls: Object.fromEntries(processesOf(system).map(({ name, falls }) => [name, falls])),
    accepting_again: Object.fromEntries(recoveries(inflicted, accepted_ms)),
    completing_again: Object.fromEntries(recoveries(inflicted, completed_ms)),
    ...drained,
    complaints,
    invariants,
  };
}

async function rest(duration_ms: number, stopped: AbortSignal): Promise<void> {
  await delay(Math.max(0, duration_ms), undefined, { signal: stopped }).catch(() => {});
}

function processesOf({ sandbox, api, workers }: System) {
  return [sandbox, api, ...workers];
}

/** Whatever a fault that could not be taken back has left. */
async function heal(system: System, stopped: AbortSignal): Promise<void> {
  for (const link of LINKS) {
    if (link !== 'worker-temporal' || system.temporal) await system.proxies.heal(link);
  }
  await system.database.start();
  for (const one of processesOf(system)) {
    one.release();
    if (!(await one.works(UP_TIMEOUT_MS, stopped)) && !stopped.aborted)
      throw new Error(`${one.name} does not come up again`);
  }
  const response = await fetch(`${system.sandbox_url}/faults`, { method: 'DELETE' });
  if (!response.ok)
    throw new Error(`the sandbox answered ${response.status} when its faults were taken back`);
}

async function readCompletions(database_url: string): Promise<number[]> {
  const client = new pg.Client({
    connectionString: database_url,
    application_name: 'chaos',
    connectionTimeoutMillis: DATABASE_TIMEOUT_MS,
    query_timeout: DATABASE_TIMEOUT_MS,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ ended_at: Date }>(
      "SELECT ended_at FROM orders WHERE ended_at IS NOT NULL AND stage = 'completed'",
    );
    return rows.map(({ ended_at }) => ended_at.getTime());
  } finally {
    await client.end();
  }
}
