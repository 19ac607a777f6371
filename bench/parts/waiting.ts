import { setTimeout as delay } from 'node:timers/promises';
import { administer } from '@oms/kit/testing/database.ts';
import pg from 'pg';
import { type Bench, describeOthers, progress, type Row } from '../setup/bench.ts';
import { startChild } from '../setup/child.ts';
import { checkInvariants } from '../setup/invariants.ts';
import { fillCatalogue } from '../setup/orders.ts';
import { watchOthers } from '../setup/processes.ts';
import { startService } from '../setup/service.ts';
import { latency, untilAllEnded } from './carry.ts';

const SECONDS = 30;
const PER_SECOND = 5;
const WAITING = 10_000;
const PLACED_AT_ONCE = 16;
/** How much longer than usual a new order may take while the others go on. */
const RATIO_AIM = 2;
const WAIT_TIMEOUT_MS = 15 * 60_000;
const LOOK_INTERVAL_MS = 1_000;

/** What a new order takes while ten thousand, which waited for the carrier, go on: all at once, and after a restart. */
export async function waiting(bench: Bench): Promise<Row[]> {
  const { server, stack } = bench;
  const seconds = bench.seconds ?? SECONDS;
  const database_url = await server.createDatabase('waiting', { migrated: true });
  await fillCatalogue(database_url);
  const load = await startChild('load');
  stack.defer(() => load.stop());
  const start = async () => {
    const service = await startService({ ORDERPROCESSING_DATABASE_URL: database_url, ...bench.settings });
    stack.defer(() => service.stop());
    await load.ask('connect', { url: service.url, connections: 64 });
    return service;
  };
  const measure = async (what: string) => {
    const waited = await countWaiting(database_url);
    progress(`${what}: ${seconds} s at ${PER_SECOND}/s, ${waited} orders wait`);
    return { waited, ...(await latency({ database_url, load, seconds, per_second: PER_SECOND })) };
  };

  const others = watchOthers(server.postmaster_pid);
  const first = await start();
  const usual = await measure('usually');

  const carrier_away = JSON.stringify({ operation: 'shipments.create', kind: 'fail_before' });
  const faults = `${first.sandbox_url}/faults`;
  const headers = { 'content-type': 'application/json' };
  await fetch(faults, { method: 'POST', headers, body: carrier_away });
  progress(`${WAITING} orders begin to wait for the carrier`);
  await load.ask('feed', { count: WAITING, at_once: PLACED_AT_ONCE });
  await until(async () => (await countWaiting(database_url)) >= WAITING, 'not all orders wait');
  // The sweep looks after them as well.
  await administer(
    database_url,
    `UPDATE orders SET updated_at = now() - interval '1 hour' WHERE ended_at IS NULL`,
  );
  await fetch(faults, { method: 'DELETE' });
  await until(
    async () => (await countWaiting(database_url)) < WAITING,
    'nobody sees that the carrier is back',
  );
  const woken = await measure('while they are woken');
  await first.stop();
  const second = await start();
  const restarted = await measure('after a restart');

  progress('until all have ended');
  await untilAllEnded(database_url, { timeout_ms: WAIT_TIMEOUT_MS });
  const others_cores = others();
  await second.stop();
  await load.stop();
  const invariants = await checkInvariants('Invariants, after they waited', database_url);
  await server.dropDatabase('waiting');

  const row = (name: string, { waited, p50_ms, p99_ms }: Awaited<ReturnType<typeof measure>>): Row => {
    const ratio = p50_ms / usual.p50_ms;
    return {
      name: `Time of a new order ${name}`,
      figure: `p50 ${p50_ms.toFixed()} ms, p99 ${p99_ms.toFixed()} ms, ${ratio.toFixed(1)} × usual; ${waited} waited`,
      aim: `p50 ≤ ${RATIO_AIM} × usual`,
      is_met: ratio <= RATIO_AIM,
    };
  };
  return [
    {
      name: `Time of a new order from accepted to completed, at ${PER_SECOND}/s`,
      figure: `p50 ${usual.p50_ms.toFixed()} ms, p99 ${usual.p99_ms.toFixed()} ms, of ${usual.count}`,
    },
    row('while the waiting ones are woken and swept', woken),
    row('after a restart', restarted),
    describeOthers('waiting', others_cores),
    invariants,
  ];
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + WAIT_TIMEOUT_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await delay(LOOK_INTERVAL_MS);
  }
}

async function countWaiting(database_url: string): Promise<number> {
  const client = new pg.Client({ connectionString: database_url, application_name: 'bench' });
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT count(*)::int AS count FROM orders WHERE waiting_for IS NOT NULL',
    );
    return rows[0].count;
  } finally {
    await client.end();
  }
}
