import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@oms/kit/postgres/embedded.ts';
import { findPostgresPrograms } from '@oms/kit/postgres/programs.ts';
import { administer } from '@oms/kit/testing/database.ts';

/** PostgreSQL with the settings of production: what is committed is on disk. */
export interface Database {
  url: string;
  /** `fast` ends its connections in order; `immediate` is a crash, after which it recovers from its log. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** @returns whether it runs now; without room on its disk it does not */
  start(): Promise<boolean>;
  /** Fills some of its write-ahead log. */
  writeLog(): Promise<void>;
  /** How often what it reports tells so far that the disk was full, and that it crashed for it. */
  countFullDisk(): Promise<{ errors: number; panics: number }>;
}

/** Small, so that a small disk holds its log. */
const SETTINGS = {
  max_connections: '200',
  max_wal_size: '192MB',
  min_wal_size: '48MB',
  checkpoint_timeout: '30s',
};

const LOG_BYTES = 4_000_000;

/** @param log_folder where it reports, apart from its data: what it says of a full disk needs room */
export async function startDatabase(folder: string, log_folder: string): Promise<Database> {
  const url = (await startEmbeddedPostgres({ folder, settings: SETTINGS })).url();
  const { pg_ctl, uid, gid } = await findPostgresPrograms();
  const identity = uid === undefined || gid === undefined ? {} : { uid, gid };
  if (uid !== undefined && gid !== undefined) await chown(log_folder, uid, gid);
  const log_file = join(log_folder, 'postgres.log');
  const settings = {
    ...SETTINGS,
    port: new URL(url).port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);

  /** Not waited for in a blocking way, because the load runs in this process. */
  const control = async (...args: string[]): Promise<boolean> => {
    const child = spawn(pg_ctl, [...args, '--wait', `--pgdata=${join(folder, 'cluster')}`], {
      ...identity,
      cwd: '/',
      stdio: 'ignore',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const [status] = await once(child, 'exit');
    return status === 0;
  };

  const database: Database = {
    url,
    writeLog: () =>
      administer(url, `SELECT pg_logical_emit_message(false, 'chaos', repeat('x', ${LOG_BYTES}))`),
    async countFullDisk() {
      const log = await readFile(log_file, 'utf8');
      const lines = log.split('\n').filter((line) => line.includes('No space left on device'));
      return { errors: lines.length, panics: lines.filter((line) => line.includes('PANIC')).length };
    },
    async stop(mode) {
      await control('stop', `--mode=${mode}`);
    },
    async start() {
      if (await control('status')) return true;
      return control('start', `--log=${log_file}`, `--options=${flags.join(' ')}`);
    },
  };
  await database.stop('fast');
  if (!(await database.start())) throw new Error(`PostgreSQL does not start: ${log_file}`);
  return database;
}
