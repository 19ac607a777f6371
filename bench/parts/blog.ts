import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedFerretdb } from '@oms/kit/ferretdb/embedded.ts';
import { ferretdb } from '@oms/kit/ferretdb/program.ts';
import { findProgram } from '@oms/kit/programs/find.ts';
import type { BlogLoad } from '../children/blog_load.ts';
import type { Timing } from '../children/timing.ts';
import { describeOthers, progress, type Row } from '../setup/bench.ts';
import { startChild } from '../setup/child.ts';
import { watchOthers } from '../setup/processes.ts';

const ROUNDS = 5;
const SECONDS = 4;
const WARM_UP_SECONDS = 2;
const POSTS = 200;
const SHARE_AIM = 0.6;

export interface BlogBench {
  stack: AsyncDisposableStack;
  seconds: number | undefined;
  connections: number;
  folder: string | undefined;
}

/**
 * Posts read and written per second by the blog, and by the bare driver on the same FerretDB. The two take turns;
 * each figure is the median of its rounds.
 */
export async function blog({ stack, seconds = SECONDS, connections, folder }: BlogBench): Promise<Row[]> {
  const { path: program } = await findProgram(ferretdb, { onMake: (text) => progress(`building ${text}`) });
  const data = mkdtempSync(join(folder ?? tmpdir(), 'blog-bench-'));
  stack.defer(() => rmSync(data, { recursive: true, force: true }));
  const server = await startEmbeddedFerretdb({ program, backend: { folder: data } });
  stack.defer(() => server.stop());

  const [api, load] = [
    await startChild('blog', { BLOG_MONGODB_URL: server.url, BLOG_PORT: '0' }),
    await startChild('blog_load'),
  ];
  for (const child of [api, load]) stack.defer(() => child.stop());
  const address = await api.ask<string>('address');
  const ids = await load.ask<string[]>('fill', { url: server.url, count: POSTS });

  const others = watchOthers();
  const rows: Row[] = [];
  for (const what of ['reads', 'writes'] as const) {
    const run = (by: BlogLoad['by'], for_seconds: number) =>
      load.ask<Timing>('run', {
        url: by === 'api' ? address : server.url,
        by,
        what,
        ids,
        seconds: for_seconds,
        connections,
      } satisfies BlogLoad);
    for (const by of ['driver', 'api'] as const) await run(by, WARM_UP_SECONDS);
    const rounds: { driver: Timing; api: Timing }[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const driver = await run('driver', seconds);
      rounds.push({ driver, api: await run('api', seconds) });
      const rates = [driver, rounds.at(-1)!.api].map(({ per_second }) => per_second.toFixed());
      progress(`blog: ${what}: round ${round} of ${ROUNDS}: driver ${rates[0]}/s, blog ${rates[1]}/s`);
    }
    rows.push(...describe(what, rounds, connections));
  }
  return [...rows, describeOthers('reading and writing posts', others())];
}

function describe(what: string, rounds: { driver: Timing; api: Timing }[], connections: number): Row[] {
  const of = (by: 'driver' | 'api', field: keyof Timing) => median(rounds.map((round) => round[by][field]));
  const share = median(rounds.map(({ driver, api }) => api.per_second / driver.per_second));
  const times = (by: 'driver' | 'api') =>
    `${of(by, 'per_second').toFixed()}/s, p50 ${of(by, 'p50_ms').toFixed(1)} ms, p99 ${of(by, 'p99_ms').toFixed(1)} ms`;
  return [
    { name: `Blog: ${what} of one post by HTTP, ${connections} at once`, figure: times('api') },
    { name: `Blog: the same by the bare driver`, figure: times('driver') },
    {
      name: `Blog: ${what}, HTTP against bare driver`,
      figure: `${(share * 100).toFixed()} %`,
      aim: `≥ ${SHARE_AIM * 100} %`,
      is_met: share >= SHARE_AIM,
    },
  ];
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)]!;
}
