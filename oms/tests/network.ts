import { createLogger } from '@oms/kit/logger.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import { createSandbox, type SandboxOptions } from '@oms/sandbox/sandbox.ts';
import type pg from 'pg';
import type { DestinationStream } from 'pino';
import { type Config, loadConfig } from '../src/config/config.ts';
import { type Context, type ContextOptions, createContext } from '../src/context.ts';
import { migrate } from '../src/migrations.ts';
import { Client } from './client.ts';

export interface NetworkOptions {
  config?: Partial<Config>;
  /** A PostgreSQL server of the test's own. */
  server_url?: string;
  /** Whether orders are carried as well as taken. Default true. */
  worker?: boolean;
  wrapSteps?: ContextOptions['wrapSteps'];
  /** Where the service's log goes. Default nowhere. */
  log?: DestinationStream;
  sandbox_logger?: SandboxOptions['logger'];
}

/** A whole system in a test: a database of its own, the sandbox, and the service, all real. */
export interface Network {
  api: Client;
  sandbox: Client;
  database_url: string;
  sandbox_url: string;
  pool: pg.Pool;
  context: Context;
  /** Stops the service alone; its data and the sandbox stay. */
  stopService(): Promise<void>;
  /** Stops the service and starts it anew on the same data, with other options where given. */
  restart(options?: NetworkOptions): Promise<void>;
  stop(): Promise<void>;
}

export const API_KEY = 'a-key-for-tests-only';

/** Delays are short enough for tests, and still long enough to be told apart. */
const FAST: Partial<Config> = {
  port: 0,
  log_level: 'silent',
  retry_first_delay_ms: 2,
  // Tests of outages wait; the others see at once what becomes of an order.
  outage_deadline_ms: 0,
  temporal_heartbeat_timeout_ms: 1_000,
  provider_timeout_ms: 2_000,
};

export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  const hasTemplate = process.env.TEST_POSTGRES_URL !== undefined && options.server_url === undefined;
  const database = await createTestDatabase(hasTemplate ? 'oms_template' : undefined, options.server_url);
  if (!hasTemplate) await migrate(database.url);

  const pool = createPool({ url: database.url, max: 10, application_name: 'test' });
  const sandbox = createSandbox({ pool, logger: options.sandbox_logger });
  const sandbox_url = await sandbox.listen();
  const start = (given: NetworkOptions) => startService(database.url, sandbox_url, given);
  let service = await start(options);
  let isStopped = false;

  async function stopService() {
    if (!isStopped) await service.context.stop();
    isStopped = true;
  }

  return {
    get api() {
      return new Client(service.address);
    },
    get context() {
      return service.context;
    },
    sandbox: new Client(sandbox_url),
    database_url: database.url,
    sandbox_url,
    pool,
    stopService,
    async restart(given = options) {
      await stopService();
      service = await start(given);
      isStopped = false;
    },
    async stop() {
      await stopService();
      await sandbox.close();
      await pool.end();
      await database.drop();
    },
  };
}

export function testConfig(sandbox_url: string, given: Partial<Config> = {}): Config {
  return { ...loadConfig({}), ...FAST, stripe_url: sandbox_url, easypost_url: sandbox_url, ...given };
}

async function startService(database_url: string, sandbox_url: string, options: NetworkOptions) {
  const { config, wrapSteps, worker = true } = options;
  const full = testConfig(sandbox_url, config);
  const context = await createContext({
    config: full,
    database_url,
    api_key: API_KEY,
    logger: createLogger(process.env.TEST_LOG_LEVEL ?? full.log_level, options.log),
    ...(wrapSteps && { wrapSteps }),
  });
  if (worker) await context.startWorker();
  return { context, address: await context.listen() };
}
