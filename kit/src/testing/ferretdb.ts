import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedFerretdb } from '../ferretdb/embedded.ts';
import { ferretdb } from '../ferretdb/program.ts';
import { findProgram } from '../programs/find.ts';
import { createTestDatabase } from './database.ts';

export interface TestFerretdb {
  url: string;
  /** Stops the server, lets things happen while it is away, and starts it again at the same address. */
  restart(whileAway: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A throw-away FerretDB, on SQLite, or on PostgreSQL where TEST_FERRETDB_BACKEND is `postgresql`.
 * @returns a text that says why there is none, when no way leads to the program
 */
export async function startTestFerretdb(): Promise<TestFerretdb | string> {
  let program: string;
  try {
    ({ path: program } = await findProgram(ferretdb));
  } catch (error) {
    return (error as Error).message;
  }
  const { backend, remove } = await newBackend();
  const folder = mkdtempSync(join(tmpdir(), 'ferretdb-'));
  const socket = join(folder, 'ferretdb.sock');
  let server = await startEmbeddedFerretdb({ program, backend, socket });
  const { url } = server;
  return {
    url,
    async restart(whileAway) {
      await server.stop();
      await whileAway();
      server = await startEmbeddedFerretdb({ program, backend, socket });
    },
    async stop() {
      await server.stop();
      await remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function newBackend() {
  if (process.env.TEST_FERRETDB_BACKEND === 'postgresql') {
    const database = await createTestDatabase();
    return { backend: { postgres_url: database.url }, remove: () => database.drop() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'blog-ferretdb-'));
  return { backend: { folder }, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}
