import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import pg from 'pg';
import type { BenchServer } from '../setup/server.ts';

/** What the figures depend on, one line each. */
export function describeMachine(store: string): string[] {
  const memory_gib = totalmem() / 1024 ** 3;
  return [
    `${new Date().toISOString().slice(0, 10)}, by: npm run bench ${process.argv.slice(2).join(' ')}`.trim(),
    `${availableParallelism()} cores (${cpuModel()}), ${memory_gib.toFixed(0)} GiB, ${type()} ${release()}`,
    `Node ${process.version}; ${store}`,
  ];
}

export async function describePostgres(server: BenchServer): Promise<string> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS synchronous_commit,
       pg_size_pretty(pg_size_bytes(current_setting('shared_buffers'))) AS shared_buffers`,
  );
  await client.end();
  const { version, fsync, synchronous_commit, shared_buffers } = rows[0];
  return (
    `PostgreSQL ${version}, fsync ${fsync}, synchronous_commit ${synchronous_commit}, ` +
    `shared_buffers ${shared_buffers}`
  );
}

function cpuModel(): string {
  const model = cpus()[0]?.model;
  if (model && model !== 'unknown') return model;
  try {
    return /model name\s*:\s*(.+)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? process.arch;
  } catch {
    return process.arch;
  }
}
