import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';

/** Of a connection or a statement; copying a template takes seconds on a busy machine. */
const TIMEOUT_MS = 60_000;

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * A database of a test's own, cloned from a template where one is named.
 *
 * The test run starts one server and names it in TEST_POSTGRES_URL; a test file run by itself starts
 * its own and stops it with the last database dropped.
 */
export async function createTestDatabase(
  template = 'template1',
  given_server_url?: string,
): Promise<TestDatabase> {
  const server_url = given_server_url ?? (await serverUrl());
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(server_url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  databases++;
  return {
    url: withDatabase(server_url, name),
    async drop() {
      await administer(server_url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      if (--databases === 0) stopOwnServer();
    },
  };
}

export interface TestServer {
  url: string;
  /** Stops the server, lets things happen while it is away, and starts it again at the same address. */
  restart(whileAway: () => Promise<void>): Promise<void>;
  stop(): void;
}

/** A throw-away server: nothing of it outlives its `stop`. */
export async function startTestServer(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-test-'));
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '64MB' };
  let server = await startEmbeddedPostgres({ folder, settings });
  const url = server.url();
  return {
    url,
    async restart(whileAway) {
      server.stop();
      await whileAway();
      server = await startEmbeddedPostgres({ folder, settings: { ...settings, port: new URL(url).port } });
    },
    stop() {
      server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function administer(server_url: string, statement: string): Promise<void> {
  const client = new pg.Client({
    connectionString: server_url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export function withDatabase(server_url: string, name: string): string {
  const url = new URL(server_url);
  url.pathname = `/${name}`;
  return url.toString();
}

let databases = 0;
let ownServer: TestServer | undefined;

async function serverUrl(): Promise<string> {
  const given = process.env.TEST_POSTGRES_URL;
  if (given) return given;
  if (!ownServer) {
    ownServer = await startTestServer();
    process.once('exit', stopOwnServer);
  }
  return ownServer.url;
}

function stopOwnServer(): void {
  ownServer?.stop();
  ownServer = undefined;
}
