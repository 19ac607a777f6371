import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { requireWritable } from '@oms/kit/main/data_folder.ts';
import { loadOrCreateSecret } from '@oms/kit/main/secrets.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { startEmbeddedPostgres } from '@oms/kit/postgres/embedded.ts';
import { findAbandoned, findPlace } from '@oms/kit/postgres/place.ts';
import type { KeepRunningOptions } from '@oms/kit/programs/keep_running.ts';
import pg from 'pg';
import type { Config } from '../config/config.ts';
import { type DataFolder, dataFolder } from '../config/data_folder.ts';
import { pendingMigrations } from '../migrations.ts';
import {
  type Creates,
  checkDatabase,
  describePlace,
  ENGINE_SCHEMA,
  requireTableRights,
} from './database_check.ts';

export interface Database {
  url: string;
  /** What it is, for people. */
  description: string;
  /** Of an embedded database. */
  folder: DataFolder | undefined;
  close(): Promise<void>;
}

const DATA_FOLDER = 'ORDERPROCESSING_DATA_FOLDER';

/** The database that the configuration names, or an embedded one that this process has for itself. */
export async function openDatabase(config: Config, callbacks: KeepRunningOptions): Promise<Database> {
  if (config.database_url) {
    const url = config.database_url;
    const schemas = [
      ...(config.engine === 'embedded' ? [ENGINE_SCHEMA] : []),
      ...(config.sandbox ? ['sandbox'] : []),
    ];
    await checkDatabase(url, { tables: true, schemas });
    return { url, description: describePlace(url), folder: undefined, async close() {} };
  }
  const folder = dataFolder(config);
  requireWritable(folder.path, DATA_FOLDER);
  const place = await findPlace(folder.postgres);
  const isNew = !existsSync(`${place}/cluster`);
  const server = await startEmbeddedPostgres({ folder: place });
  let occupation = await occupy(server.url(), folder.path);
  const release = server.keepRunning({
    ...callbacks,
    // The lock has ended with the server that granted it.
    onStarted: async () => {
      occupation = await occupy(server.url(), folder.path);
    },
  });
  const state = isNew ? ', new' : server.adopted ? ', still running from before' : '';
  const where = place === folder.postgres ? '' : `, in ${place}`;
  const abandoned = findAbandoned(folder.postgres, place).map(
    (path) => `\n    An earlier database of this data folder is in ${path}. Remove it when it is not needed.`,
  );
  return {
    url: server.url(),
    description: `embedded PostgreSQL${state}${where}${abandoned.join('')}`,
    folder,
    async close() {
      await release();
      await occupation.end();
      server.stop();
    },
  };
}

/**
 * The database that this process shares with others; it must be there, and have the schema that the code expects.
 * @param creates what this process creates there; nothing, by default
 */
export async function findSharedDatabase({ database_url: url }: Config, creates: Creates = {}) {
  if (!url) {
    throw new OperatorError(
      'ORDERPROCESSING_DATABASE_URL is not set: API and workers are processes of their own that share a database. ' +
        'Set it to a PostgreSQL, such as postgres://user:password@host:5432/orders, or run the whole service with npm start.',
    );
  }
  await checkDatabase(url, creates, async (client) => {
    const pending = await pendingMigrations(client);
    if (pending.length > 0) {
      throw new OperatorError(
        `The database ${describePlace(url)} lacks ${pending.join(', ')}. Bring it up to date with npm run migrate.`,
      );
    }
    await requireTableRights(url, client);
  });
  return { url, description: `${describePlace(url)}, schema up to date` };
}

/** The key of trusted callers: configured, or made once and kept in the data folder. */
export function findApiKey(config: Config): string {
  return config.api_key ?? loadOrCreateSecret(dataFolder(config).api_key, DATA_FOLDER);
}

// Chosen once; any other program's advisory locks have other numbers.
const LOCK_NUMBER = 0x0de5da7a;
const LOCK_TRIES = 10;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const LOCK_RETRY_MS = 200;

/**
 * Makes this process the only service on the folder; else a second one would stop the first one's database
 * when it ends. The lock ends with its connection, so also with a killed process.
 */
async function occupy(url: string, folder: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `service ${process.pid}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  for (let tries = 0; tries < LOCK_TRIES; tries++) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS taken', [LOCK_NUMBER]);
    if (rows[0].taken) return client;
    await delay(LOCK_RETRY_MS);
  }
  const { rows } = await client.query(
    `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND objid = $1`,
    [LOCK_NUMBER],
  );
  await client.end();
  throw new OperatorError(
    `Another ${rows[0]?.application_name ?? 'service'} uses the data folder ${folder}. ` +
      'Stop it first, or set ORDERPROCESSING_DATA_FOLDER to another folder.',
  );
}
