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
  /** A new, empty database. What went before is on disk, and does not weigh on it. @returns its URL */
  createDatabase(name: string, options: { migrated: boolean }): Promise<string>;
  dropDatabase(name: string): Promise<void>;
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
      await administer(server.url(), `CREATE DATABASE ${name}`);
      if (migrated) await migrate(server.url(name));
      await administer(server.url(), 'CHECKPOINT');
      return server.url(name);
    },
    dropDatabase: (name) => administer(server.url(), `DROP DATABASE ${name} WITH (FORCE)`),
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
