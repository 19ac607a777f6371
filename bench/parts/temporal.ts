import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTemporalServer } from '../../oms/src/engine/temporal/server.ts';
import type { Timing } from '../children/timing.ts';
import { type Bench, describeOthers, progress, type Row } from '../setup/bench.ts';
import { startChild } from '../setup/child.ts';
import { checkInvariants } from '../setup/invariants.ts';
import { fillCatalogue } from '../setup/orders.ts';
import { watchOthers } from '../setup/processes.ts';
import { startService } from '../setup/service.ts';
import { carry, untilAllEnded } from './carry.ts';

const SECONDS = 20;
const AT_ONCE = 64;
const SHARE_AIM = 70;

/**
 * Orders completed per second on Temporal, beside workflows of as many empty activities on the same server in
 * the same run. The bare ones are measured before and after, so that a machine that slows down is seen.
 */
export async function temporal(bench: Bench): Promise<Row[]> {
  const seconds = bench.seconds ?? SECONDS;
  const folder = await mkdtemp(join(bench.folder ?? tmpdir(), 'orderprocessing-bench-temporal-'));
  bench.stack.defer(() => rm(folder, { recursive: true, force: true }));
  const server = await startTemporalServer({ database_file: join(folder, 'temporal.db') });
  bench.stack.defer(() => server.stop());

  const others = watchOthers(bench.server.postmaster_pid);
  const before = await bare(bench, server.address, 'ordinary', seconds / 2);
  const orders = await carryOrders(bench, server.address, seconds, false);
  const after = await bare(bench, server.address, 'ordinary', seconds / 2);
  const tracked = await carryOrders(bench, server.address, seconds, true);
  const mixed = await bare(bench, server.address, 'mixed', seconds / 2);
  const others_cores = others();
  const bare_per_second = (before.per_second + after.per_second) / 2;
  const share = Math.round((orders.carried.per_second / bare_per_second) * 100);
  return [
    {
      name: `Orders completed on Temporal, three lines each, over ${seconds} s`,
      figure: `${orders.carried.per_second.toFixed(1)}/s`,
    },
    {
      name: 'Workflows of six empty activities on the same server',
      figure: `${bare_per_second.toFixed(1)}/s (${before.per_second.toFixed(1)} before, ${after.per_second.toFixed(1)} after)`,
    },
    {
      name: 'Orders against empty activities',
      figure: `${share} %`,
      aim: `≥ ${SHARE_AIM} %`,
      is_met: share >= SHARE_AIM,
    },
    {
      name: 'Orders completed, each followed by the workflow that watches over its parcel, as by default',
      figure: `${tracked.carried.per_second.toFixed(1)}/s`,
    },
    {
      name: 'Workflows of three empty local and three empty ordinary activities',
      figure: `${mixed.per_second.toFixed(1)}/s`,
    },
    { name: 'Processor time for each order', figure: orders.carried.cpu_ms_each },
    describeOthers('carrying on Temporal', others_cores),
    orders.invariants,
    tracked.invariants,
  ];
}

async function carryOrders(bench: Bench, address: string, seconds: number, isTracked: boolean) {
  const { server, stack, settings, profile_folder } = bench;
  const load = await startChild('load');
  stack.defer(() => load.stop());
  const database_url = await server.createDatabase('temporal', { migrated: true });
  await fillCatalogue(database_url);
  const service = await startService(
    {
      ORDERPROCESSING_DATABASE_URL: database_url,
      ORDERPROCESSING_ENGINE: 'temporal',
      ORDERPROCESSING_TEMPORAL_ADDRESS: address,
      ORDERPROCESSING_TRACK_DELIVERIES: String(isTracked),
      ...settings,
    },
    { node_options: profile_folder ? ['--cpu-prof', `--cpu-prof-dir=${profile_folder}`] : [] },
  );
  stack.defer(() => service.stop());
  await load.ask('connect', { url: service.url, connections: AT_ONCE });
  progress(`orders on Temporal, ${isTracked ? 'parcels watched over' : 'alone'}: ${seconds} s`);
  const postmaster_pid = server.postmaster_pid;
  const carried = await carry({ database_url, service, load, seconds, postmaster_pid });
  await untilAllEnded(database_url);
  await service.stop();
  await load.stop();
  const invariants = await checkInvariants(
    `Invariants, on Temporal, ${isTracked ? 'parcels watched over' : 'alone'}`,
    database_url,
  );
  await server.dropDatabase('temporal');
  return { carried, invariants };
}

async function bare(bench: Bench, address: string, workflow: 'ordinary' | 'mixed', seconds: number) {
  progress(`empty activities, ${workflow}: ${seconds} s`);
  const child = await startChild('bare_temporal');
  bench.stack.defer(() => child.stop());
  const timing = await child.ask<Timing>('run', { address, workflow, seconds, at_once: AT_ONCE });
  await child.stop();
  return timing;
}
