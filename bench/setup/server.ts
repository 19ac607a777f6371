import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@oms/kit/postgres/embedded.ts';
import { administer } from '@oms/kit/testing/database.ts';
import { migrate } from '../../oms/src/migrations.ts';

/** A throw-away PostgreSQL with the settings of production: what is committed is on disk. */
export interface BenchServer {
  /** URL of the server's own database. */
  url: string;
  postmaster_pid: number;
  /** A new, empty database. @returns its URL */
  createDatabase(name: string, options: { migrated: boolean }): Promise<string>;
  stop(): void;
}

export async function startServer(
  folder = tmpdir(),
  settings: Record<string, string> = {},
): Promise<BenchServer> {
  const own = mkdtempSync(join(folder, 'orderprocessing-bench-'));
  const server = await startEmbeddedPostgres({ folder: own, settings });
  return {
    url: server.url(),
    postmaster_pid: postmasterPid(own),
    async createDatabase(name, { migrated }) {
      await administer(server.url(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await administer(server.url(), `CREATE DATABASE ${name}`);
      if (migrated) await migrate(server.url(name));
      return server.url(name);
    },
    stop() {
      server.stop();
      rmSync(own, { recursive: true, force: true });
    },
  };
}

/** The first process of the server that runs on a folder. */
export function postmasterPid(folder: string): number {
  return Number.parseInt(readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8'), 10);
}
