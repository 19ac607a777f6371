import type { Timing } from '../children/timing.ts';
import { type Bench, describeOthers, progress, type Row } from '../setup/bench.ts';
import { startChild } from '../setup/child.ts';
import { checkInvariants } from '../setup/invariants.ts';
import { fillCatalogue } from '../setup/orders.ts';
import { cpuSeconds, familyCpuSeconds, watchOthers } from '../setup/processes.ts';

const ROUNDS = 3;
const SECONDS = 10;
const WARM_UP_SECONDS = 3;
const SHARE_AIM = 0.4;
const PER_SECOND_AIM = 1_500;

/**
 * Orders accepted per second by the API, and by the database alone for the same statement. The two take
 * turns on the same tables; each figure is the median of its rounds.
 */
export async function acceptance(bench: Bench): Promise<Row[]> {
  const { server, stack, connections } = bench;
  const seconds = bench.seconds ?? SECONDS;
  const database_url = await server.createDatabase('acceptance', { migrated: true });
  await fillCatalogue(database_url);

  const api = await startChild(
    'api',
    {
      ORDERPROCESSING_DATABASE_URL: database_url,
      ORDERPROCESSING_PORT: '0',
      ...bench.settings,
    },
    bench.profile_folder ? ['--cpu-prof', `--cpu-prof-dir=${bench.profile_folder}`] : [],
  );
  const [load, raw] = [await startChild('load'), await startChild('raw')];
  for (const child of [api, load, raw]) stack.defer(() => child.stop());
  await load.ask('connect', { url: await api.ask<string>('address'), connections });

  const usage = () => ({
    api: cpuSeconds(api.pid) ?? 0,
    database: familyCpuSeconds(server.postmaster_pid) ?? 0,
  });
  const measure = async (work: () => Promise<Timing>): Promise<Measured> => {
    const before = usage();
    const timing = await work();
    const after = usage();
    const each_us = (name: keyof typeof after) => ((after[name] - before[name]) * 1e6) / timing.count;
    return { ...timing, api_us: each_us('api'), database_us: each_us('database') };
  };
  const byApi = (for_seconds: number) =>
    measure(() => load.ask<Timing>('closed', { seconds: for_seconds, connections }));
  const byDriver = (for_seconds: number) =>
    measure(() => raw.ask<Timing>('run', { database_url, seconds: for_seconds, connections }));

  progress('acceptance: warming up');
  await byDriver(WARM_UP_SECONDS);
  await byApi(WARM_UP_SECONDS);
  const others = watchOthers(server.postmaster_pid);
  const raws: Measured[] = [];
  const apis: Measured[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    raws.push(await byDriver(seconds));
    apis.push(await byApi(seconds));
    const [raw_rate, api_rate] = [raws.at(-1)!.per_second, apis.at(-1)!.per_second];
    progress(
      `acceptance: round ${round} of ${ROUNDS}: raw ${raw_rate.toFixed()}/s, API ${api_rate.toFixed()}/s`,
    );
  }
  const disturbance = describeOthers('accepting', others());
  for (const child of [api, load, raw]) await child.stop();

  const invariants = await checkInvariants('Invariants after accepting', database_url);
  await server.dropDatabase('acceptance');

  const share = median(apis.map((timing, round) => timing.per_second / raws[round]!.per_second));
  const per_second = median(apis.map((timing) => timing.per_second));
  return [
    {
      name: 'Orders accepted by the API, three lines each',
      figure: `${per_second.toFixed()}/s`,
      aim: `≥ ${PER_SECOND_AIM}/s`,
      is_met: per_second >= PER_SECOND_AIM,
    },
    {
      name: 'Time of such a request',
      figure: `p50 ${inMs(apis, 'p50_ms')}, p99 ${inMs(apis, 'p99_ms')}, with ${connections} at once`,
    },
    {
      name: 'The same statement by the bare driver',
      figure: `${median(raws.map((timing) => timing.per_second)).toFixed()}/s, p50 ${inMs(raws, 'p50_ms')}, p99 ${inMs(raws, 'p99_ms')}`,
    },
    {
      name: 'API against bare driver',
      figure: `${(share * 100).toFixed()} %`,
      aim: `≥ ${SHARE_AIM * 100} %`,
      is_met: share >= SHARE_AIM,
    },
    {
      name: 'Processor time for each order',
      figure:
        `API ${inUs(apis, 'api_us')}, its database ${inUs(apis, 'database_us')}, its load ${inUs(apis, 'cpu_us_each')}; ` +
        `bare driver ${inUs(raws, 'cpu_us_each')}, its database ${inUs(raws, 'database_us')}`,
    },
    disturbance,
    invariants,
  ];
}

interface Measured extends Timing {
  api_us: number;
  database_us: number;
}

function inUs(timings: Measured[], field: 'api_us' | 'database_us' | 'cpu_us_each'): string {
  return `${median(timings.map((timing) => timing[field])).toFixed()} µs`;
}

function inMs(timings: Timing[], field: 'p50_ms' | 'p99_ms'): string {
  return `${median(timings.map((timing) => timing[field])).toFixed(1)} ms`;
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)]!;
}
