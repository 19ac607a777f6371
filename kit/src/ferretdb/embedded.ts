import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { freePort } from '../net.ts';
import { OperatorError } from '../operator_error.ts';
import { type Guarded, startGuarded } from '../programs/guarded.ts';
import { type KeepRunningOptions, keepRunning } from '../programs/keep_running.ts';

export interface EmbeddedFerretdb {
  /** Connection URL of the server. */
  url: string;
  /** Returns when it is down. */
  stop(): Promise<void>;
}

export interface FerretdbOptions {
  /** The program, as `findProgram` found it. */
  program: string;
  /** Where its data is: a folder of SQLite's files, or the URL of a PostgreSQL database. */
  backend: { folder: string } | { postgres_url: string };
  /** By default a free one. */
  port?: number;
  /** Starts it again whenever it has ended by itself. */
  keep?: KeepRunningOptions;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 4_000;
const POLL_MS = 10;

/**
 * Keeps a FerretDB running on this machine's loopback until it is told to stop, or this process ends in any way.
 * It reports to nobody.
 */
export async function startEmbeddedFerretdb(options: FerretdbOptions): Promise<EmbeddedFerretdb> {
  const port = options.port ?? (await freePort());
  const args = argumentsFor(options, port);
  let server = await start(options.program, args, port);
  const release =
    options.keep &&
    keepRunning(
      {
        name: 'FerretDB',
        ended: async (signal) => {
          const reason = await Promise.race([server.ended, once(signal, 'abort')]);
          return [reason, ...server.lastLines(1)].join(': ');
        },
        async start() {
          server = await start(options.program, args, port);
        },
      },
      options.keep,
    );

  return {
    url: `mongodb://127.0.0.1:${port}/`,
    async stop() {
      await release?.();
      await server.stop(STOP_TIMEOUT_MS);
    },
  };
}

function argumentsFor({ backend }: FerretdbOptions, port: number): string[] {
  const common = [
    `--listen-addr=127.0.0.1:${port}`,
    '--telemetry=disable',
    '--debug-addr=-',
    '--state-dir=-',
    '--log-level=error',
  ];
  if ('postgres_url' in backend) {
    return [...common, '--handler=postgresql', `--postgresql-url=${backend.postgres_url}`];
  }
  const folder = join(backend.folder, 'sqlite');
  mkdirSync(folder, { recursive: true });
  return [...common, '--handler=sqlite', `--sqlite-url=file:${pathToFileURL(folder).pathname}/`];
}

async function start(program: string, args: string[], port: number): Promise<Guarded> {
  const server = startGuarded(program, args);
  let hasEnded = false;
  void server.ended.then(() => {
    hasEnded = true;
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (!hasEnded && performance.now() < deadline) {
      await delay(POLL_MS);
      continue;
    }
    await server.stop(STOP_TIMEOUT_MS);
    throw new OperatorError(`FerretDB does not start: ${server.lastLines(1)[0] ?? 'it does not answer'}`);
  }
  return server;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => tell(true));
    socket.once('error', () => tell(false));
  });
}
