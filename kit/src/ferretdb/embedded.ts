import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { OperatorError } from '../operator_error.ts';
import { type Guarded, startGuarded } from '../programs/guarded.ts';
import { type KeepRunningOptions, keepRunning } from '../programs/keep_running.ts';

export interface EmbeddedFerretdb {
  /** Connection URL of the server. */
  url: string;
  /** Its Unix socket. */
  socket: string;
  /** Returns when it is down. */
  stop(): Promise<void>;
}

export interface FerretdbOptions {
  /** The program, as `findProgram` found it. */
  program: string;
  /** Where its data is: a folder of SQLite's files, or the URL of a PostgreSQL database. */
  backend: { folder: string } | { postgres_url: string };
  /** The Unix socket to listen on. By default one in a folder of its own, which is removed at the stop. */
  socket?: string;
  /** Starts it again whenever it has ended by itself. */
  keep?: KeepRunningOptions;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 4_000;
const POLL_MS = 10;

/**
 * Keeps a FerretDB running until `stop`, or until this process ends in any way. It knows no passwords, so it listens
 * on a Unix socket that only this user can reach. It reports to nobody.
 */
export async function startEmbeddedFerretdb(options: FerretdbOptions): Promise<EmbeddedFerretdb> {
  const own = options.socket ? undefined : mkdtempSync(join(tmpdir(), 'ferretdb-'));
  const socket = options.socket ?? join(own!, 'ferretdb.sock');
  const removeOwn = () => {
    if (own) rmSync(own, { recursive: true, force: true });
  };
  process.once('exit', removeOwn);
  const args = argumentsFor(options, socket);
  let server: Guarded;
  try {
    server = await start(options.program, args, socket);
  } catch (error) {
    process.off('exit', removeOwn);
    removeOwn();
    throw error;
  }
  const release =
    options.keep &&
    keepRunning(
      {
        name: 'FerretDB',
        async ended() {
          const reason = await server.ended;
          return [reason, ...server.lastLines(1)].join(': ');
        },
        async start() {
          server = await start(options.program, args, socket);
        },
      },
      options.keep,
    );

  return {
    url: `mongodb://${encodeURIComponent(socket)}/`,
    socket,
    async stop() {
      await release?.();
      await server.stop(STOP_TIMEOUT_MS);
      process.off('exit', removeOwn);
      removeOwn();
    },
  };
}

function argumentsFor({ backend }: FerretdbOptions, socket: string): string[] {
  const common = [
    '--listen-addr=',
    `--listen-unix=${socket}`,
    '--telemetry=disable',
    '--debug-addr=-',
    '--state-dir=-',
    '--log-level=error',
  ];
  if ('postgres_url' in backend) {
    return [...common, '--handler=postgresql', `--postgresql-url=${backend.postgres_url}`];
  }
  const folder = join(backend.folder, 'sqlite');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return [...common, '--handler=sqlite', `--sqlite-url=file:${pathToFileURL(folder).pathname}/`];
}

async function start(program: string, args: string[], socket: string): Promise<Guarded> {
  rmSync(socket, { force: true }); // of a server that was killed
  const server = startGuarded(program, args);
  let hasEnded = false;
  void server.ended.then(() => {
    hasEnded = true;
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(socket))) {
    if (!hasEnded && performance.now() < deadline) {
      await delay(POLL_MS);
      continue;
    }
    await server.stop(STOP_TIMEOUT_MS);
    throw new OperatorError(`FerretDB does not start: ${server.lastLines(1)[0] ?? 'it does not answer'}`);
  }
  return server;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const tell = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => tell(true));
    socket.once('error', () => tell(false));
  });
}
