import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findEmbeddedPostgres } from '@oms/kit/postgres/embedded.ts';
import { type Bench, progress, type Row } from '../setup/bench.ts';
import { startChild } from '../setup/child.ts';
import { checkInvariants } from '../setup/invariants.ts';
import { fillCatalogue, newOrders } from '../setup/orders.ts';
import { family, type Memory, memoryOf } from '../setup/processes.ts';
import { postmasterPid } from '../setup/server.ts';
import { startService } from '../setup/service.ts';
import { carry } from './carry.ts';

const SECONDS = 30;
const START_AIM_S = 6;
const MEMORY_AIM_MIB = 600;
const SAMPLE_INTERVAL_MS = 1_000;

/** A first start on an empty folder: how long until an order is accepted, and the memory used when there is much to do. */
export async function footprint(bench: Bench): Promise<Row[]> {
  const folder = mkdtempSync(join(bench.folder ?? tmpdir(), 'orderprocessing-bench-'));
  bench.stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const seconds = bench.seconds ?? SECONDS;

  progress('first start on an empty folder');
  const started_ms = performance.now();
  const service = await startService({ ORDERPROCESSING_DATA_FOLDER: folder, ...bench.settings });
  bench.stack.defer(() => service.stop());
  await placeFirst(service.url);
  const start_s = (performance.now() - started_ms) / 1000;

  const database_url = findEmbeddedPostgres(join(folder, 'postgres'))!;
  await fillCatalogue(database_url);
  const load = await startChild('load');
  bench.stack.defer(() => load.stop());
  await load.ask('connect', { url: service.url, connections: 64 });
  progress(`memory under load: ${seconds} s`);
  const postmaster = postmasterPid(join(folder, 'postgres'));
  const peak = watchMemory(service.pid, postmaster);
  await carry({ database_url, service, load, seconds, postmaster_pid: postmaster });
  const memory = describeMemory(peak());
  const invariants = await checkInvariants('Invariants at that moment', database_url);
  await service.stop();
  await load.stop();

  return [
    {
      name: 'From start on an empty folder to the first accepted order',
      figure: `${start_s.toFixed(1)} s`,
      aim: `< ${START_AIM_S} s`,
      is_met: start_s < START_AIM_S,
    },
    memory,
    invariants,
  ];
}

async function placeFirst(url: string): Promise<void> {
  const [order] = newOrders(1);
  const send = async (method: string, path: string, body: object) => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'bench-first' },
      body: JSON.stringify(body),
    });
    if (!answer.ok)
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
  };
  const sku = 'FIRST';
  await send('PUT', `/api/v1/products/${sku}`, { name: 'First', unit_price: 100, currency: 'GBP' });
  await send('POST', '/api/v1/orders', { ...order, lines: [{ sku, quantity: 1 }] });
}

interface Peak {
  service: Memory;
  database: Memory;
}

/** Samples memory until asked. @returns the largest sample */
function watchMemory(service_pid: number, postmaster_pid: number): () => Peak | undefined {
  let peak: Peak | undefined;
  let isWatching = true;
  const watch = async () => {
    while (isWatching) {
      const service = memoryOf([service_pid]);
      const database = memoryOf(family(postmaster_pid));
      if (service && database && (!peak || sum({ service, database }) > sum(peak)))
        peak = { service, database };
      await delay(SAMPLE_INTERVAL_MS);
    }
  };
  void watch();
  return () => {
    isWatching = false;
    return peak;
  };
}

function sum({ service, database }: Peak): number {
  return service.pss_mib + database.pss_mib;
}

function describeMemory(peak: Peak | undefined): Row {
  const name = 'Most memory under load, all processes';
  if (!peak) return { name, figure: 'can be measured on Linux only' };
  const { service, database } = peak;
  const total_mib = sum(peak);
  return {
    name,
    figure:
      `${total_mib.toFixed()} MiB: service ${service.pss_mib.toFixed()}, ` +
      `PostgreSQL ${database.pss_mib.toFixed()} in ${database.processes} processes ` +
      `(with shared pages counted in each: ${(service.rss_mib + database.rss_mib).toFixed()})`,
    aim: `< ${MEMORY_AIM_MIB} MiB`,
    is_met: total_mib < MEMORY_AIM_MIB,
  };
}
