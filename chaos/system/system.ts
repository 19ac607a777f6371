import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@oms/kit/net.ts';
import { fillCatalogue } from '../../bench/setup/orders.ts';
import { startTemporalServer, type TemporalServer } from '../../oms/src/engine/temporal/server.ts';
import { migrate } from '../../oms/src/migrations.ts';
import type { Link } from '../plan.ts';
import { type Database, startDatabase } from './database.ts';
import { mountSmallDisk, type SmallDisk } from './small_disk.ts';
import { Supervised } from './supervised.ts';
import { startToxiproxy, type Toxiproxy } from './toxiproxy.ts';

export interface SystemOptions {
  engine: 'embedded' | 'temporal';
  workers: number;
  disk_full: boolean;
  tell: (text: string) => void;
}

/** The whole service as on several machines: processes of their own, and a proxy on each connection between them. */
export interface System {
  database: Database;
  /** Undefined where none was asked for or can be made. */
  disk: SmallDisk | undefined;
  temporal: RestartableTemporal | undefined;
  proxies: Toxiproxy;
  api: Supervised;
  sandbox: Supervised;
  workers: Supervised[];
  /** Where clients go, through the proxy. */
  client_url: string;
  /** The API without it. */
  api_url: string;
  sandbox_url: string;
}

export interface RestartableTemporal {
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Above what the clients of the longest run can bring, below what a small machine's memory holds. */
const DISK_MIB = 640;
const HOST = '127.0.0.1';
/** Shorter than the default, so that a run of minutes has room for many hangs. */
const PROVIDER_TIMEOUT_MS = 3_000;
const START_TIMEOUT_MS = 90_000;

/** Starts it all. What is put on the stack stops it again. */
export async function startSystem(options: SystemOptions, stack: AsyncDisposableStack): Promise<System> {
  const { tell } = options;
  const folder = await mkdtemp(join(tmpdir(), 'orderprocessing-chaos-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const disk = options.disk_full ? await mountWherePossible(folder, tell, stack) : undefined;

  tell(`PostgreSQL${disk ? ` on a disk of ${DISK_MIB} MiB` : ''}`);
  const log_folder = await mkdtemp(join(tmpdir(), 'orderprocessing-chaos-'));
  stack.defer(() => rm(log_folder, { recursive: true, force: true }));
  const database = await startDatabase(folder, log_folder);
  stack.defer(() => database.stop('immediate'));
  await migrate(database.url);
  await fillCatalogue(database.url);

  const proxies = await startToxiproxy((what) => tell(`making ${what}`));
  stack.defer(() => proxies.stop());
  const ports = { api: await freePort(), sandbox: await freePort() };
  const through = (link: Link, upstream: string) => proxies.open(link, upstream);
  const databaseThrough = async (link: Link) => {
    const url = new URL(database.url);
    url.host = await through(link, url.host);
    return url.toString();
  };

  tell('sandbox and API');
  const fall = (name: string, words: string) => tell(`${name} ended by itself: ${words}`);
  const supervise = (process_: Omit<ConstructorParameters<typeof Supervised>[0], 'onFall'>) => {
    const supervised = new Supervised({ ...process_, onFall: fall });
    stack.defer(() => supervised.stop());
    return supervised;
  };
  const sandbox_url = `http://${HOST}:${ports.sandbox}`;
  const sandbox = supervise({
    name: 'sandbox',
    path: 'sandbox/src/main.ts',
    environment: {
      ORDERPROCESSING_DATABASE_URL: database.url,
      ORDERPROCESSING_SANDBOX_PORT: String(ports.sandbox),
    },
    health_url: `${sandbox_url}/health`,
  });
  const api_url = `http://${HOST}:${ports.api}`;
  const common = { ORDERPROCESSING_LOG_LEVEL: 'error', ORDERPROCESSING_API_KEY: API_KEY };
  const api = supervise({
    name: 'API',
    path: 'oms/src/main/api.ts',
    environment: {
      ...common,
      ORDERPROCESSING_DATABASE_URL: await databaseThrough('api-database'),
      ORDERPROCESSING_PORT: String(ports.api),
    },
    health_url: `${api_url}/ready`,
  });
  const client_url = `http://${await through('client-api', `${HOST}:${ports.api}`)}`;

  const temporal = options.engine === 'temporal' ? await startTemporal(tell, stack) : undefined;
  tell(`${options.workers} worker${options.workers > 1 ? 's' : ''}`);
  const providers = `http://${await through('worker-sandbox', `${HOST}:${ports.sandbox}`)}`;
  const environment = {
    ...common,
    ORDERPROCESSING_ENGINE: options.engine,
    ORDERPROCESSING_DATABASE_URL: await databaseThrough('worker-database'),
    ORDERPROCESSING_STRIPE_URL: providers,
    ORDERPROCESSING_EASYPOST_URL: providers,
    ORDERPROCESSING_PROVIDER_TIMEOUT_MS: String(PROVIDER_TIMEOUT_MS),
    ...(temporal && {
      ORDERPROCESSING_TEMPORAL_ADDRESS: await through('worker-temporal', temporal.address),
    }),
  };
  const workers: Supervised[] = [];
  for (let number = 1; number <= options.workers; number++) {
    const port = String(await freePort());
    workers.push(
      supervise({
        name: options.workers > 1 ? `worker ${number}` : 'worker',
        path: 'oms/src/main/worker.ts',
        environment: { ...environment, ORDERPROCESSING_METRICS_PORT: port },
        health_url: `http://${HOST}:${port}/health`,
      }),
    );
  }
  for (const one of [sandbox, api, ...workers]) {
    if (!(await one.works(START_TIMEOUT_MS))) throw new Error(`${one.name} does not come up`);
  }
  return { database, disk, temporal, proxies, api, sandbox, workers, client_url, api_url, sandbox_url };
}

const API_KEY = 'a-key-for-the-chaos-run';

async function mountWherePossible(folder: string, tell: (text: string) => void, stack: AsyncDisposableStack) {
  try {
    const disk = await mountSmallDisk(folder, DISK_MIB);
    stack.defer(() => disk.unmount());
    return disk;
  } catch (error) {
    tell(`no small disk to fill, it goes on without: ${(error as Error).message}`);
    return undefined;
  }
}

async function startTemporal(tell: (text: string) => void, stack: AsyncDisposableStack) {
  tell('Temporal');
  const onMake = (what: string) => tell(`making ${what}`);
  // Beside the small disk: it is the database's alone.
  const own = await mkdtemp(join(tmpdir(), 'orderprocessing-chaos-'));
  stack.defer(() => rm(own, { recursive: true, force: true }));
  const database_file = join(own, 'temporal.db');
  let server: TemporalServer = await startTemporalServer({ database_file, onMake });
  stack.defer(() => server.stop());
  const { address } = server;
  return {
    address,
    stop: () => server.stop(),
    async start() {
      server = await startTemporalServer({ database_file, port: Number(address.split(':')[1]) });
    },
  };
}
