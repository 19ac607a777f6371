import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSecret, readSecret } from '../main/secrets.ts';
import { freePort } from '../net.ts';
import { OperatorError } from '../operator_error.ts';
import { type KeepRunningOptions, keepRunning } from '../programs/keep_running.ts';
import { isAlive, readPostmaster } from './postmaster.ts';
import { findPostgresPrograms, type PostgresPrograms } from './programs.ts';

export interface EmbeddedPostgres {
  /** Connection URL of the given database, `postgres` by default. */
  url(database?: string): string;
  /** True when the server was already running on this folder, as after a killed parent. */
  adopted: boolean;
  /** Starts it again whenever it has ended by itself. @returns how to end that, before it is stopped */
  keepRunning(callbacks: KeepRunningOptions): () => Promise<void>;
  /** Stops the server, ending open connections; returns when it is down. */
  stop(): void;
}

const USER = 'postgres';
const START_TIMEOUT_S = 60;
const PORT_ATTEMPTS_MAX = 3;
const POLL_MS = 20;
const WATCH_EVERY_MS = 250;
const REASON_LINES_MAX = 4;

/**
 * Starts PostgreSQL on a folder of its own, creating the cluster on first use.
 *
 * The server runs in its own session, so that Ctrl-C in a terminal reaches the service alone, which
 * can then finish what is in flight before it stops its database. A server that a killed service left
 * behind is taken over.
 *
 * No shell is involved, whatever the folder's name is: `pg_ctl start` would pass the name through one.
 *
 * @param folder where the cluster lives
 * @param settings extra server settings, such as `{ fsync: 'off' }` for throw-away test clusters
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
  settings?: Record<string, string>;
}): Promise<EmbeddedPostgres> {
  const { folder } = options;
  // PostgreSQL keeps the folder's name as one line of its lock file.
  if (/[\r\n]/.test(folder))
    throw new OperatorError('The name of the data folder has a line break; choose another.');
  const programs = await findPostgresPrograms();
  const cluster = join(folder, 'cluster');
  if (!existsSync(join(cluster, 'PG_VERSION'))) createCluster(programs, folder, cluster);
  requireVersion(programs, cluster);

  const adopted = isRunning(programs, cluster);
  const settings = {
    port: readPostmaster(cluster)?.port ?? '',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    ...options.settings,
  };
  let child = adopted ? undefined : await startOnFreePort(programs, folder, settings, options.settings?.port);

  return {
    url: addressOf(folder),
    adopted,
    keepRunning: (callbacks) =>
      keepRunning(
        {
          name: 'PostgreSQL',
          ended: (signal) => untilEnded(folder, signal),
          async start() {
            child = await startServer(programs, folder, settings);
          },
        },
        callbacks,
      ),
    stop() {
      if (!isRunning(programs, cluster)) {
        // Without its folder pg_ctl does not see it; SIGINT is a fast shutdown too.
        if (!existsSync(cluster)) child?.kill('SIGINT');
        return;
      }
      try {
        run(programs, programs.pg_ctl, ['stop', '--wait', '--mode=fast', `--pgdata=${cluster}`]);
      } catch (error) {
        // It may have ended by itself meanwhile.
        if (isRunning(programs, cluster)) throw error;
      }
    },
  };
}

class PortTaken extends OperatorError {}

/** Between the choice of a free port and the start another program may take the port. */
async function startOnFreePort(
  programs: PostgresPrograms,
  folder: string,
  settings: Record<string, string>,
  given: string | undefined,
): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt++) {
    settings.port = given ?? String(await freePort());
    try {
      return await startServer(programs, folder, settings);
    } catch (error) {
      if (!(error instanceof PortTaken) || given !== undefined || attempt === PORT_ATTEMPTS_MAX) throw error;
    }
  }
}

/** @throws OperatorError when the server ends instead of coming up */
async function startServer(
  programs: PostgresPrograms,
  folder: string,
  settings: Record<string, string>,
): Promise<ChildProcess> {
  const cluster = join(folder, 'cluster');
  const log_file = join(folder, 'postgres.log');
  const log = openSync(log_file, 'a', 0o600);
  const log_start = fstatSync(log).size;
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(programs.postgres, ['-D', cluster, ...flags], {
    ...identityOf(programs),
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C' },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failure: string | undefined;
  server.once('error', (error) => {
    failure = error.message;
  });
  server.once('exit', (status, signal) => {
    failure ??= signal ?? `status ${status}`;
  });
  server.unref();
  const deadline = performance.now() + START_TIMEOUT_S * 1000;
  const isReady = () => {
    const postmaster = readPostmaster(cluster);
    return postmaster?.pid === server.pid && postmaster?.isReady;
  };
  while (!isReady()) {
    if (failure === undefined && performance.now() > deadline) {
      failure = `it is not ready after ${START_TIMEOUT_S} s`;
      server.kill('SIGQUIT');
    }
    if (failure !== undefined)
      throw startFailure({ reason: failure, log_file, log_start, port: settings.port });
    await delay(POLL_MS);
  }
  return server;
}

/** PostgreSQL's own reason stands in its log. */
function startFailure(start: {
  reason: string;
  log_file: string;
  log_start: number;
  port: string | undefined;
}): OperatorError {
  const { reason, log_file, log_start, port } = start;
  const lines = readFileSync(log_file).subarray(log_start).toString().split('\n');
  if (lines.some((line) => line.includes('Address already in use'))) {
    return new PortTaken(
      `Port ${port} is taken, which the embedded PostgreSQL wants. Stop what uses it, or stop the service and start it ` +
        'again: each start takes a free port.',
    );
  }
  const fatal = lines.filter((line) => /\b(FATAL|PANIC|HINT|DETAIL):/.test(line)).slice(-REASON_LINES_MAX);
  const said = fatal.map((line) => `\n  ${line.replace(/^.*?\b(FATAL|PANIC|HINT|DETAIL):/, '$1:')}`).join('');
  return new OperatorError(`PostgreSQL does not start: ${reason}.${said}\nIts log is ${log_file}.`);
}

/** Watches the process, which may be none of our children. */
async function untilEnded(folder: string, signal: AbortSignal): Promise<string> {
  const pid = readPostmaster(join(folder, 'cluster'))?.pid;
  while (isAlive(pid)) await delay(WATCH_EVERY_MS, undefined, { signal, ref: false });
  const log_file = join(folder, 'postgres.log');
  if (!existsSync(log_file)) return `its folder ${folder} is gone`;
  const log = readFileSync(log_file, 'utf8');
  return /\b(?:FATAL|PANIC|LOG): +(.*)\s*$/.exec(log.slice(-2_000))?.[1]?.slice(0, 200) ?? 'without a word';
}

function requireVersion(programs: PostgresPrograms, cluster: string): void {
  const made_by = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  const output = spawnSync(programs.postgres, ['--version'], {
    ...identityOf(programs),
    encoding: 'utf8',
    cwd: '/',
  });
  const own = /(\d+)\./.exec(output.stdout)?.[1];
  if (made_by === own) return;
  throw new OperatorError(
    `The data folder ${cluster} was made by PostgreSQL ${made_by || 'of unknown version'}, and this is PostgreSQL ${own}. ` +
      'Upgrade it with pg_upgrade, or dump and restore it, or choose another data folder.',
  );
}

/** The URL of the server that runs on this folder, or undefined when none does. Starts nothing. */
export function findEmbeddedPostgres(folder: string): string | undefined {
  const pid = readPostmaster(join(folder, 'cluster'))?.pid;
  return isAlive(pid) ? addressOf(folder)() : undefined;
}

function addressOf(folder: string): EmbeddedPostgres['url'] {
  const password = readSecret(join(folder, 'password'), 'Restore it from a backup of the folder.');
  const port = readPostmaster(join(folder, 'cluster'))?.port ?? '';
  return (database = 'postgres') => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
}

/** The cluster is made beside its place and moved there, so a half-made one is never mistaken for whole. */
function createCluster(programs: PostgresPrograms, folder: string, cluster: string): void {
  const passwordFile = join(folder, 'password');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  createSecret(passwordFile);
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
  const status = spawnSync(programs.pg_ctl, ['status', `--pgdata=${cluster}`], {
    ...identityOf(programs),
    cwd: '/',
  });
  return status.status === 0;
}

function run(programs: PostgresPrograms, program: string, args: string[]): void {
  // Standard output stays closed: a server that inherits it would keep a caller's pipe open for ever.
  const result = spawnSync(program, args, {
    ...identityOf(programs),
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: (START_TIMEOUT_S + 30) * 1000,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (result.status === 0) return;
  const reason = result.error?.message ?? result.stderr.toString().trim();
  throw new OperatorError(
    `PostgreSQL: ${basename(program)} failed: ${reason}\n` +
      'Is the data folder readable for the user that PostgreSQL runs as, and the disk not full?',
  );
}

function identityOf({ uid, gid }: PostgresPrograms): { uid?: number; gid?: number } {
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}
