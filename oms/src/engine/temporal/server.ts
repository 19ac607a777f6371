import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, isPortFree } from '@oms/kit/net.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { type Guarded, startGuarded } from '@oms/kit/programs/guarded.ts';
import { type KeepRunningOptions, keepRunning } from '@oms/kit/programs/keep_running.ts';
import { Connection } from '@temporalio/client';
import { findTemporalProgram } from './program.ts';
import { searchAttributes } from './search_attributes.ts';

export interface TemporalServerOptions {
  /** Of the server and, unless it is headless, of its UI. 0, the default, for a free one. */
  port?: number;
  /** Left out, there is no UI. */
  ui_port?: number | undefined;
  /** Keeps the workflows. Without it they live in memory and are gone with the server. */
  database_file?: string | undefined;
  /** The server's own fine settings, by its names. */
  dynamic_config?: Record<string, unknown>;
  log_level?: 'debug' | 'info' | 'warn' | 'error' | 'never';
  /** Is told before the program is fetched, which takes a while. */
  onMake?: (text: string) => void;
  /** Starts it again whenever it has ended by itself. */
  keep?: KeepRunningOptions;
  /** Finds the program. Default `findTemporalProgram`. */
  find?: typeof findTemporalProgram;
}

export interface TemporalServer {
  /** `host:port`, for clients and workers. */
  address: string;
  ui_url: string | undefined;
  /** Where the program was had from, for people. */
  origin: string;
  /** Ends it in order; what is on its database file goes on at the next start. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** How long a port may still be held by a server that is just ending. */
const PORT_WAIT_MS = 2_000;
/** Less than the service has for its own stop; what is on the file is safe either way. */
const STOP_TIMEOUT_MS = 1_500;
const LOG_LINES_SHOWN = 5;

/**
 * What a busy single machine needs otherwise than a cluster: one partition of a task queue, because forwarding
 * between partitions only costs there; and no limit on requests, which all come from the service itself.
 */
const DYNAMIC_CONFIG = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'frontend.rps': 100_000,
  'frontend.namespaceRPS': 100_000,
  // Timers are late by it, for the sake of clusters whose clocks differ.
  'history.timerProcessorMaxTimeShift': '10ms',
};

/** Starts Temporal's development server on loopback, and waits until it answers. */
export async function startTemporalServer(options: TemporalServerOptions = {}): Promise<TemporalServer> {
  const { database_file, log_level = 'error', onMake, keep, find = findTemporalProgram } = options;
  const { path, origin } = await find(onMake ? { onMake } : {});
  const port = await claimPort(options.port ?? 0, 'TEMPORAL_PORT');
  const ui_port =
    options.ui_port === undefined ? undefined : await claimPort(options.ui_port, 'TEMPORAL_UI_PORT');
  if (database_file) await mkdir(dirname(database_file), { recursive: true });

  const args = [
    'server', 'start-dev', `--ip=${HOST}`, `--port=${port}`, `--log-level=${log_level}`,
    ...(ui_port === undefined ? ['--headless'] : [`--ui-port=${ui_port}`, '--ui-disable-news-fetch']),
    ...(database_file ? [`--db-filename=${database_file}`, '--sqlite-pragma=journal_mode=wal'] : []),
    ...Object.keys(searchAttributes).map((name) => `--search-attribute=${name}=Keyword`),
    ...Object.entries({ ...DYNAMIC_CONFIG, ...options.dynamic_config }).map(([name, value]) => `--dynamic-config-value=${name}=${JSON.stringify(value)}`),
  ]; // biome-ignore format: one line per kind of argument
  const address = `${HOST}:${port}`;
  let server = await launch(path, args, address);
  const release =
    keep &&
    keepRunning(
      {
        name: 'The Temporal server',
        async ended() {
          const status = await server.ended;
          return [status, ...server.lastLines(1)].join(': ');
        },
        async start() {
          server = await launch(path, args, address);
        },
      },
      keep,
    );
  return {
    address,
    ui_url: ui_port === undefined ? undefined : `http://${HOST}:${ui_port}`,
    origin,
    async stop() {
      await release?.();
      await server.stop(STOP_TIMEOUT_MS);
    },
  };
}

/** Starts the program, and waits until it answers. */
async function launch(path: string, args: string[], address: string): Promise<Guarded> {
  const server = startGuarded(path, args);
  try {
    await untilAnswers(address, server);
    return server;
  } catch (error) {
    await server.stop(0);
    throw error;
  }
}

async function claimPort(port: number, setting: string): Promise<number> {
  if (port === 0) return freePort();
  const deadline = performance.now() + PORT_WAIT_MS;
  while (!(await isPortFree(port))) {
    if (performance.now() > deadline) {
      throw new OperatorError(
        `Port ${port} is taken. Stop what uses it, or set ORDERPROCESSING_${setting}. ` +
          'If it is a Temporal server, use it with ORDERPROCESSING_TEMPORAL_ADDRESS.',
      );
    }
    await delay(POLL_MS);
  }
  return port;
}

async function untilAnswers(address: string, server: Guarded): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const status = await Promise.race([server.ended, answers(address)]);
    if (status === true) return;
    if (status !== false) throw failure(`did not start: it ended (${status})`, server);
    if (performance.now() > deadline)
      throw failure(`did not answer within ${START_TIMEOUT_MS / 1000} s on ${address}`, server);
    await delay(POLL_MS);
  }
}

async function answers(address: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

function failure(what: string, server: Guarded): OperatorError {
  const lines = server.lastLines(LOG_LINES_SHOWN);
  const log = lines.length > 0 ? `\nIts last words:\n${lines.map((line) => `  ${line}`).join('\n')}` : '';
  return new OperatorError(`The Temporal server ${what}.${log}`);
}
