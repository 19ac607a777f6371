import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

export interface MigrateOptions {
  direction?: 'up' | 'down';
  /** Most migrations to run: by default all that are missing on the way up, one on the way down. */
  count?: number;
}

/**
 * Brings the database's schema up to date, or takes migrations back; all of them or none.
 * Runs at the same time wait for each other, and the later ones then find nothing to do.
 *
 * @returns names of the migrations that ran, in the order they ran
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<string[]> {
  return connected(url, async (client) => {
    const ran = await runner({
      dbClient: client,
      dir: FOLDER,
      schema: 'public',
      migrationsTable: MIGRATIONS_TABLE,
      direction: options.direction ?? 'up',
      ...(options.count !== undefined && { count: options.count }),
      singleTransaction: true,
      advisoryLockMode: 'wait',
      logger: silent,
    });
    return ran.map(({ name }) => name);
  });
}

/** Names of the migrations that the database lacks; changes nothing. */
export async function pendingMigrations(client: pg.Client): Promise<string[]> {
  const { rows: tables } = await client.query('SELECT to_regclass($1) AS name', [
    `public.${MIGRATIONS_TABLE}`,
  ]);
  const { rows } = tables[0].name
    ? await client.query<{ name: string }>(`SELECT name FROM public.${MIGRATIONS_TABLE}`)
    : { rows: [] };
  const ran = new Set(rows.map(({ name }) => name));
  return (await migrationNames()).filter((name) => !ran.has(name));
}

/** The table that notes which migrations ran. */
export const MIGRATIONS_TABLE = 'migrations';

const FOLDER = fileURLToPath(new URL('../db/migrations', import.meta.url));

async function migrationNames(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql'));
  return files.map((file) => file.slice(0, -'.sql'.length)).sort();
}

// What goes wrong is thrown; the library would log it, with the whole migration's text, besides.
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const CONNECT_TIMEOUT_MS = 10_000;
/** Of one statement: an index of a large table takes minutes, and so does the wait for another migration. */
const STATEMENT_TIMEOUT_MS = 30 * 60 * 1000;

/** The connection is ours, because the library does not wait until its own is closed. */
async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'orderprocessing-migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // The server's own deadline is useless once the server cannot be reached.
    query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
