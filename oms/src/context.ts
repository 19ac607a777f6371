import { OperatorError } from '@oms/kit/operator_error.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createApi } from './api.ts';
import { trustKey } from './callers.ts';
import type { Config } from './config/config.ts';
import { EmbeddedEngine } from './engine/embedded/embedded.ts';
import type { Engine, Steps } from './engine/engine.ts';
import { retryPolicies } from './engine/policies.ts';
import { Catalogue } from './inventory/catalogue.ts';
import { inventorySteps } from './inventory/steps.ts';
import { orderSteps } from './orders/steps.ts';
import { Relay } from './outbox/relay.ts';
import { type SweepContext, sweep } from './outbox/sweep.ts';
import { paymentSteps } from './payments/steps.ts';
import { StripeProvider } from './payments/stripe.ts';
import { EasyPostCarrier } from './shipping/easypost.ts';
import { shippingSteps } from './shipping/steps.ts';
import { workflows } from './workflows.ts';

export interface ContextOptions {
  config: Config;
  database_url: string;
  api_key: string;
  logger: Logger;
  /** Wraps the steps; tests put faults around them. */
  wrapSteps?: (steps: Steps) => Steps;
}

/** The service, wired. Nothing runs before `startWorker` and `listen`. */
export interface Context {
  engine: Engine;
  relay: Relay;
  sweep: SweepContext;
  /** Begins to carry orders. */
  startWorker(): Promise<void>;
  /** Begins to take orders. @returns the API's address */
  listen(): Promise<string>;
  /** Takes no more orders, finishes or parks what is in flight, and closes every connection. */
  stop(): Promise<void>;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
/**
 * Every statement reaches its few rows by key, or reads a page of an index. Plans made while the tables are
 * still small must not read them whole, because they are kept when the tables have grown.
 */
export const BY_KEY = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' };
const SWEEP_INTERVAL_MS = 30_000;
const ENGINE_STOP_TIMEOUT_MS = 3_000;

/** The only place where parts are made and joined. */
export async function createContext(options: ContextOptions): Promise<Context> {
  const { config, database_url: url, logger } = options;
  const max = config.database_connections_max;
  const apiPool = createPool({ url, max, application_name: 'oms-api', settings: BY_KEY });
  const workerPool = createPool({ url, max, application_name: 'oms-worker', settings: BY_KEY });
  const enginePool = createPool({
    url,
    max,
    application_name: 'oms-engine',
    settings: { synchronous_commit: 'off' },
    // The engine gives a workflow up for a statement that was cut short.
    statement_timeout_ms: 0,
    lock_timeout_ms: 0,
  });

  const timeout_ms = config.provider_timeout_ms;
  const provider = new StripeProvider({ key: config.stripe_key, url: config.stripe_url, timeout_ms });
  const carrier = new EasyPostCarrier({ key: config.easypost_key, url: config.easypost_url, timeout_ms });
  const { reservation_time_to_live_ms } = config;
  const steps: Steps = {
    ...orderSteps(workerPool),
    ...inventorySteps({ pool: workerPool, reservation_time_to_live_ms }),
    ...paymentSteps({ pool: workerPool, provider }),
    ...shippingSteps({ pool: workerPool, carrier }),
  };

  const engine = new EmbeddedEngine({
    pool: enginePool,
    workflows,
    policies: retryPolicies(config.retry_first_delay_ms),
    steps: options.wrapSteps?.(steps) ?? steps,
    workflows_max: config.workflows_max,
    onCapacity: () => relay.nudge(),
    logger,
  });
  const relay = new Relay({ pool: workerPool, engine, logger });
  const onOutbox = () => relay.nudge();
  const sweepContext: SweepContext = { pool: workerPool, engine, logger, onOutbox };

  const api = await createApi({
    pool: apiPool,
    catalogue: new Catalogue(apiPool),
    currency: config.currency,
    isTrusted: trustKey(options.api_key),
    is_key_required: !LOOPBACK.has(config.host),
    logger,
    onOutbox,
  });

  let isWorking = false;
  let sweeper: NodeJS.Timeout | undefined;
  function sweepLater(): void {
    sweeper = setTimeout(async () => {
      await sweep(sweepContext).catch((error) => logger.error({ err: error }, 'the sweep failed'));
      if (isWorking) sweepLater();
    }, SWEEP_INTERVAL_MS);
  }

  return {
    engine,
    relay,
    sweep: sweepContext,
    async startWorker() {
      await engine.launch();
      isWorking = true;
      relay.start();
      sweepLater();
    },
    listen: () => listen(api, config),
    async stop() {
      const wasWorking = isWorking;
      isWorking = false;
      clearTimeout(sweeper);
      await api.close();
      if (wasWorking) {
        await relay.stop();
        await engine.stop(ENGINE_STOP_TIMEOUT_MS);
      }
      await Promise.all([apiPool, workerPool, enginePool].map((pool) => pool.end()));
    },
  };
}

async function listen(api: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return await api.listen({ host, port });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new OperatorError(`Port ${port} is taken. Stop what uses it, or set ORDERPROCESSING_PORT.`, {
      cause: error,
    });
  }
}
