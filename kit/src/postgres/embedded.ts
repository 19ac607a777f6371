import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../net.ts';
import { findPostgresPrograms, type PostgresPrograms } from './programs.ts';

export interface EmbeddedPostgres {
  /** Connection URL of the given database, `postgres` by default. */
  url(database?: string): string;
  /** True when the server was already running on this folder, as after a killed parent. */
  adopted: boolean;
  /** Stops the server, ending open connections; returns when it is down. */
  stop(): void;
}

const USER = 'postgres';
const START_TIMEOUT_S = 60;

/**
 * Starts PostgreSQL on a folder of its own, creating the cluster on first use.
 *
 * The server runs in its own session, so that Ctrl-C in a terminal reaches the service alone, which
 * can then finish what is in flight before it stops its database. A server that a killed service left
 * behind is taken over.
 *
 * @param folder where the cluster lives
 * @param settings extra server settings, such as `{ fsync: 'off' }` for throw-away test clusters
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
  settings?: Record<string, string>;
}): Promise<EmbeddedPostgres> {
  const programs = await findPostgresPrograms();
  const cluster = join(options.folder, 'cluster');
  const passwordFile = join(options.folder, 'password');
  if (!existsSync(join(cluster, 'PG_VERSION')))
    createCluster(programs, options.folder, cluster, passwordFile);

  const adopted = isRunning(programs, cluster);
  if (!adopted) {
    const settings: Record<string, string> = {
      port: String(await freePort()),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '100',
      ...options.settings,
    };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
    run(programs, programs.pg_ctl, [
      'start', '--wait', `--timeout=${START_TIMEOUT_S}`,
      `--pgdata=${cluster}`, `--log=${join(options.folder, 'postgres.log')}`, `--options=${flags.join(' ')}`,
    ]); // biome-ignore format: one line per kind of argument
  }

  return {
    url: addressOf(options.folder),
    adopted,
    stop: () => run(programs, programs.pg_ctl, ['stop', '--wait', '--mode=fast', `--pgdata=${cluster}`]),
  };
}

/** The URL of the server that runs on this folder, or undefined when none does. Starts nothing. */
export function findEmbeddedPostgres(folder: string): string | undefined {
  const file = join(folder, 'cluster', 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  try {
    process.kill(Number.parseInt(readFileSync(file, 'utf8'), 10), 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  return addressOf(folder)();
}

function addressOf(folder: string): EmbeddedPostgres['url'] {
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  const port = readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3];
  return (database = 'postgres') => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
}

/** The cluster is made beside its place and moved there, so a half-made one is never mistaken for whole. */
function createCluster(
  programs: PostgresPrograms,
  folder: string,
  cluster: string,
  passwordFile: string,
): void {
  mkdirSync(folder, { recursive: true });
  const draft = `${cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  if (programs.uid !== undefined && programs.gid !== undefined) {
    chownSync(folder, programs.uid, programs.gid);
    chownSync(passwordFile, programs.uid, programs.gid);
  }
  run(programs, programs.initdb, [
    `--pgdata=${draft}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ]);
  renameSync(draft, cluster);
}

function isRunning(programs: PostgresPrograms, cluster: string): boolean {
  const identity = programs.uid === undefined ? {} : { uid: programs.uid, gid: programs.gid };
  return (
    spawnSync(programs.pg_ctl, ['status', `--pgdata=${cluster}`], { ...identity, cwd: '/' }).status === 0
  );
}

function run(programs: PostgresPrograms, program: string, args: string[]): void {
  const identity = programs.uid === undefined ? {} : { uid: programs.uid, gid: programs.gid };
  // Standard output stays closed: a server that inherits it would keep a caller's pipe open for ever.
  const result = spawnSync(program, args, {
    ...identity,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: (START_TIMEOUT_S + 30) * 1000,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (result.status === 0) return;
  const reason = result.error?.message ?? result.stderr.toString().trim();
  throw new Error(
    `PostgreSQL: ${program} failed: ${reason}. The server's log is postgres.log in the data folder; ` +
      'is the folder readable for the user that PostgreSQL runs as, and the disk not full?',
  );
}
