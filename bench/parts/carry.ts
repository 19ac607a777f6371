import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { progress } from '../setup/bench.ts';
import type { Child } from '../setup/child.ts';
import { cpuSeconds, databaseCpuSeconds, watchOthers } from '../setup/processes.ts';
import type { Service } from '../setup/service.ts';
import { countStatements } from '../setup/statements.ts';

export interface Carried {
  per_second: number;
  /** Completions in the worst second. */
  slowest_second: number;
  /** Processor time, by process. */
  cpu_ms_each: string;
  /** What programs that are no part of this took meanwhile. */
  others_cores: number | undefined;
  /** What the database did for one order. */
  database_each: string;
}

/** Orders kept waiting in the outbox: enough that the worker never idles, few enough to stay bounded. */
const WAITING = 150;
const FEED_AT_ONCE = 8;
const FEED_INTERVAL_MS = 100;
const REPORT_INTERVAL_MS = 10_000;
const WARM_UP_MS_MAX = 10_000;

/** Feeds orders so that the outbox never runs dry, and counts completions in the database. */
export async function carry(options: {
  database_url: string;
  service: Service;
  load: Child;
  seconds: number;
  postmaster_pid: number;
}) {
  const { database_url, service, load, seconds, postmaster_pid } = options;
  return withClient(database_url, async (client): Promise<Carried> => {
    const now = async () => (await client.query('SELECT clock_timestamp() AS now')).rows[0].now as Date;
    const warm_up_ms = Math.min(WARM_UP_MS_MAX, (seconds * 1000) / 3);
    await feed(client, load, warm_up_ms);
    const from = await now();
    const before = await usage(client, database_url, service, load);
    const statements = await countStatements(client);
    const others = watchOthers(postmaster_pid);
    await feed(client, load, seconds * 1000);
    const others_cores = others();
    const after = await usage(client, database_url, service, load);
    const counts = await completions(client, from, await now());
    const completed = counts.reduce((sum, count) => sum + count, 0);
    const table = await statements(completed);
    if (table) console.log(table);
    return {
      others_cores,
      per_second: completed / counts.length,
      slowest_second: Math.min(...counts),
      cpu_ms_each: describeCpu(before, after, completed),
      database_each:
        `${((after.commits - before.commits) / completed).toFixed(1)} transactions, ` +
        `${((after.wal_bytes - before.wal_bytes) / completed / 1024).toFixed(1)} KiB of log, ` +
        `${((after.syncs - before.syncs) / completed).toFixed(2)} syncs`,
    };
  });
}

async function feed(client: pg.Client, load: Child, for_ms: number): Promise<void> {
  const until_ms = performance.now() + for_ms;
  let report_ms = performance.now() + REPORT_INTERVAL_MS;
  while (performance.now() < until_ms) {
    const { rows } = await client.query('SELECT count(*)::int AS waiting FROM outbox');
    const missing = WAITING - rows[0].waiting;
    if (missing > 0) await load.ask('feed', { count: missing, at_once: FEED_AT_ONCE });
    if (performance.now() > report_ms) {
      const left_s = (until_ms - performance.now()) / 1000;
      progress(`${left_s.toFixed()} s to go, ${rows[0].waiting} orders waiting`);
      report_ms += REPORT_INTERVAL_MS;
    }
    await delay(FEED_INTERVAL_MS);
  }
}

/** Completions in each whole second. */
async function completions(client: pg.Client, from: Date, to: Date): Promise<number[]> {
  const { rows } = await client.query(
    `SELECT count(orders.id)::int AS count
     FROM generate_series($1::timestamptz, $2::timestamptz - interval '1 second', '1 second') AS second (at)
     LEFT JOIN orders ON ended_at >= at AND ended_at < at + interval '1 second' AND status = 'completed'
     GROUP BY at ORDER BY at`,
    [from, to],
  );
  return rows.map(({ count }) => count);
}

/** Time from accepted to completed at a fixed rate, whether or not the service keeps up. */
export async function latency(options: {
  database_url: string;
  load: Child;
  seconds: number;
  per_second: number;
}): Promise<{ p50_ms: number; p99_ms: number; count: number }> {
  const { database_url, load, seconds, per_second } = options;
  return withClient(database_url, async (client) => {
    const warm_up_s = Math.min(5, seconds / 3);
    await load.ask('open', { seconds: warm_up_s, per_second });
    const from = new Date();
    await load.ask('open', { seconds, per_second });
    await untilAllEnded(database_url, { from });
    const { rows } = await client.query(
      `SELECT count(*)::int AS count,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS p50_ms,
         percentile_cont(0.99) WITHIN GROUP (ORDER BY took) AS p99_ms
       FROM (
         SELECT extract(epoch FROM ended_at - created_at)::float8 * 1000 AS took
         FROM orders WHERE created_at >= $1 AND status = 'completed'
       ) AS times`,
      [from],
    );
    return rows[0];
  });
}

const END_TIMEOUT_MS = 120_000;

/** Waits until no order, of those placed since then, is in flight any more. */
export async function untilAllEnded(
  database_url: string,
  { from = new Date(0), timeout_ms = END_TIMEOUT_MS } = {},
): Promise<void> {
  await withClient(database_url, async (client) => {
    const deadline = Date.now() + timeout_ms;
    for (;;) {
      const { rows } = await client.query(
        'SELECT count(*)::int AS open FROM orders WHERE ended_at IS NULL AND created_at >= $1',
        [from],
      );
      if (rows[0].open === 0) return;
      if (Date.now() > deadline) {
        progress(`${rows[0].open} orders did not end`);
        return;
      }
      await delay(200);
    }
  });
}

interface Usage {
  cpu_s: Map<string, number>;
  commits: number;
  wal_bytes: number;
  syncs: number;
}

async function usage(client: pg.Client, url: string, service: Service, load: Child): Promise<Usage> {
  const cpu_s = await databaseCpuSeconds(url);
  cpu_s.set('node: service', cpuSeconds(service.pid) ?? 0);
  cpu_s.set('node: load', cpuSeconds(load.pid) ?? 0);
  const { rows } = await client.query(
    `SELECT
       (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits,
       (SELECT wal_bytes FROM pg_stat_wal)::float8 AS wal_bytes,
       (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal')::float8 AS syncs`,
  );
  return { cpu_s, ...rows[0] };
}

function describeCpu(before: Usage, after: Usage, completed: number): string {
  const parts = [...after.cpu_s]
    .map(([name, seconds]) => ({ name, ms: ((seconds - (before.cpu_s.get(name) ?? 0)) * 1000) / completed }))
    .filter(({ ms }) => ms >= 0.05)
    .toSorted((one, other) => other.ms - one.ms);
  const total_ms = parts.reduce((sum, { ms }) => sum + ms, 0);
  return `${total_ms.toFixed(1)} ms: ${parts.map(({ name, ms }) => `${name} ${ms.toFixed(1)}`).join(', ')}`;
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: 'bench' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
