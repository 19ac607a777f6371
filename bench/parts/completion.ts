import type { Timing } from '../children/timing.ts';
import { type Bench, describeOthers, progress, type Row } from '../setup/bench.ts';
import { type Child, startChild } from '../setup/child.ts';
import { checkInvariants } from '../setup/invariants.ts';
import { fillCatalogue } from '../setup/orders.ts';
import { watchOthers } from '../setup/processes.ts';
import { startService } from '../setup/service.ts';
import { type Carried, carry, latency, untilAllEnded } from './carry.ts';

const SECONDS = 60;
const PER_SECOND_AIM = 100;
const P99_AIM_MS = 2_000;

/** Orders completed per second, one process for everything and with the sandbox apart; and their time at half of it. */
export async function completion(bench: Bench): Promise<Row[]> {
  const seconds = bench.seconds ?? SECONDS;
  const load = await startChild('load');
  bench.stack.defer(() => load.stop());

  const whole = await run(bench, load, 'inside', seconds);
  const apart = await run(bench, load, 'apart', Math.ceil(seconds / 2));
  await load.stop();
  const empty = await emptySteps(bench, Math.min(seconds, 15));

  const { carried, timing } = whole;
  return [
    {
      name: `Orders completed, three lines each, over ${seconds} s`,
      figure: `${carried.per_second.toFixed()}/s (slowest second ${carried.slowest_second})`,
      aim: `≥ ${PER_SECOND_AIM}/s`,
      is_met: carried.per_second >= PER_SECOND_AIM,
    },
    { name: 'Processor time for each of them', figure: carried.cpu_ms_each },
    { name: 'Database for each of them', figure: carried.database_each },
    describeOthers('completing', carried.others_cores),
    {
      name: `Time from accepted to completed at ${timing.rate.toFixed()}/s`,
      figure: `p50 ${timing.p50_ms.toFixed()} ms, p99 ${timing.p99_ms.toFixed()} ms, of ${timing.count}`,
      aim: `p99 < ${P99_AIM_MS / 1000} s`,
      is_met: timing.p99_ms < P99_AIM_MS,
    },
    describeOthers('timing', whole.others_cores),
    whole.invariants,
    {
      name: 'Orders completed, sandbox in a process of its own',
      figure: `${apart.carried.per_second.toFixed()}/s`,
    },
    apart.invariants,
    {
      name: 'Durable workflows of five empty steps, by the same engine',
      figure: `${empty.per_second.toFixed()}/s`,
    },
  ];
}

async function run(bench: Bench, load: Child, sandbox: 'inside' | 'apart', seconds: number) {
  const { server, stack, profile_folder } = bench;
  const database_url = await server.createDatabase(`completion_${sandbox}`, { migrated: true });
  await fillCatalogue(database_url);
  const service = await startService(
    { ORDERPROCESSING_DATABASE_URL: database_url, ...bench.settings },
    {
      sandbox,
      node_options: profile_folder ? ['--cpu-prof', `--cpu-prof-dir=${profile_folder}`] : [],
    },
  );
  stack.defer(() => service.stop());
  await load.ask('connect', { url: service.url, connections: 64 });

  progress(`completion, sandbox ${sandbox}: ${seconds} s`);
  const carried: Carried = await carry({
    database_url,
    service,
    load,
    seconds,
    postmaster_pid: server.postmaster_pid,
  });
  await untilAllEnded(database_url);
  const others = watchOthers(server.postmaster_pid);
  let timing = { rate: 0, p50_ms: 0, p99_ms: 0, count: 0 };
  if (sandbox === 'inside') {
    const rate = carried.per_second / 2;
    progress(`time to completion: ${seconds} s at ${rate.toFixed()}/s`);
    timing = { rate, ...(await latency({ database_url, load, seconds, per_second: rate })) };
  }
  const others_cores = others();
  await service.stop();
  const invariants = await checkInvariants(`Invariants, sandbox ${sandbox}`, database_url);
  await server.dropDatabase(`completion_${sandbox}`);
  return { others_cores, carried, timing, invariants };
}

async function emptySteps({ server, stack }: Bench, seconds: number): Promise<Timing> {
  progress(`empty workflows: ${seconds} s`);
  const database_url = await server.createDatabase('empty_steps', { migrated: false });
  const child = await startChild('empty_steps');
  stack.defer(() => child.stop());
  const timing = await child.ask<Timing>('run', { database_url, seconds, at_once: 64 });
  await child.stop();
  return timing;
}
