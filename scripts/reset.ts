import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseOptions } from '@oms/kit/main/options.ts';
import { startEmbeddedPostgres } from '@oms/kit/postgres/embedded.ts';
import pg from 'pg';
import { loadConfig } from '../oms/src/config/config.ts';
import { type DataFolder, dataFolder } from '../oms/src/config/data_folder.ts';

const HELP = `Empties the data folder: the embedded database and the generated API key. It does not ask.

npm run reset

The folder is ORDERPROCESSING_DATA_FOLDER, by default .data. A service that runs on it must be stopped
first; a database that a killed service left running is stopped. A database that
ORDERPROCESSING_DATABASE_URL names is never touched.`;

const DATABASE_TIMEOUT_MS = 10_000;

process.chdir(join(import.meta.dirname, '..'));
try {
  const { values } = parseOptions({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) console.log(HELP);
  else await reset(dataFolder(loadConfig(process.env)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** Anything in the folder that the service does not keep there is someone else's. */
async function reset({ path: folder, ...kept }: DataFolder): Promise<void> {
  const names = Object.values(kept).map((path) => basename(path));
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  const ours = entries.filter((name) => names.includes(name));
  const others = entries.filter((name) => !names.includes(name));
  if (existsSync(kept.postgres)) await stopLeftover(kept.postgres);
  for (const name of ours) {
    const path = join(folder, name);
    // The database is a link where its user could not reach the folder itself.
    await rm(await realpath(path).catch(() => path), { recursive: true, force: true });
    await rm(path, { recursive: true, force: true });
  }
  console.log(ours.length > 0 ? `Emptied ${folder}` : `${folder} was empty already.`);
  if (others.length > 0) console.log(`Left alone, because the service did not make it: ${others.join(', ')}`);
}

/** Stops the database server of a service that was killed. @throws Error when the service still runs */
async function stopLeftover(folder: string): Promise<void> {
  if (!isAlive(join(folder, 'cluster', 'postmaster.pid'))) return;
  const server = await startEmbeddedPostgres({ folder });
  const users = await usersOf(server.url());
  if (users.length > 0) {
    throw new Error(
      `A service is running on this folder (${users.join(', ')}). Stop it, then run: npm run reset`,
    );
  }
  server.stop();
}

function isAlive(pid_file: string): boolean {
  if (!existsSync(pid_file)) return false;
  try {
    process.kill(Number.parseInt(readFileSync(pid_file, 'utf8'), 10), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function usersOf(url: string): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: DATABASE_TIMEOUT_MS,
    query_timeout: DATABASE_TIMEOUT_MS,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ application_name: string }>(`
      SELECT DISTINCT application_name FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY application_name`);
    return rows.map(({ application_name }) => application_name || 'a client without a name');
  } finally {
    await client.end();
  }
}
