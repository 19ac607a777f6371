import { listen } from '@oms/kit/http/listen.ts';
import { isLoopback } from '@oms/kit/http/loopback.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import type pg from 'pg';
import type { Logger } from 'pino';
import { createApi } from './api.ts';
import { trustKey } from './callers.ts';
import type { Config } from './config/config.ts';
import type { Engine, Steps } from './engine/engine.ts';
import { ProcessLock } from './engine/process_lock.ts';
import { createEngine } from './engines.ts';
import type { EngineInUse } from './handover/engine_in_use.ts';
import { type Handover, takeOver } from './handover/take_over.ts';
import { Catalogue } from './inventory/catalogue.ts';
import { inventorySteps } from './inventory/steps.ts';
import { WorkerMetrics } from './metrics.ts';
import { orderSteps } from './orders/steps.ts';
import { ProviderHealth } from './outages/health.ts';
import { Reviver } from './outages/reviver.ts';
import { outageSteps } from './outages/steps.ts';
import { Relay } from './outbox/relay.ts';
import { Sweeper } from './outbox/sweep.ts';
import { paymentsByHand } from './payments/hand_work.ts';
import { paymentSteps } from './payments/steps.ts';
import { StripeProvider } from './payments/stripe.ts';
import { connectStripe } from './payments/stripe_client.ts';
import { EasyPostCarrier } from './shipping/easypost.ts';
import { connectEasyPost } from './shipping/easypost_client.ts';
import { parcelsByHand } from './shipping/hand_work.ts';
import { shippingSteps } from './shipping/steps.ts';

/** The only place where parts are made and joined: those that take orders, those that carry them, or both. */

export interface ApiOptions {
  config: Config;
  database_url: string;
  api_key: string;
  logger: Logger;
  /** Called when something has been put into the outbox. Without it, workers see it within their poll. */
  onOutbox?: () => void;
}

/** Takes orders. */
export interface Api {
  /** @returns its address */
  listen(): Promise<string>;
  /** Takes no more orders, and answers those that it has. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  config: Config;
  database_url: string;
  logger: Logger;
  /** Whether the Temporal server that is configured belongs to the data folder. */
  owns_temporal?: boolean;
  /** Wraps the steps; tests put faults around them. */
  wrapSteps?: (steps: Steps) => Steps;
}

/** Carries orders. */
export interface Worker {
  engine: Engine;
  relay: Relay;
  sweeper: Sweeper;
  /** @returns the orders that another engine had, if there were any */
  start(): Promise<Handover | undefined>;
  /** Its own and its engine's, as Prometheus reads them. */
  metrics(): Promise<string>;
  /** Finishes or parks what is in flight. */
  stop(): Promise<void>;
}

/** The whole service in one process. Nothing runs before `startWorker` and `listen`. */
export interface Context extends Pick<Worker, 'engine' | 'relay' | 'sweeper' | 'metrics'> {
  startWorker: Worker['start'];
  listen: Api['listen'];
  stop(): Promise<void>;
}

export type ContextOptions = Omit<ApiOptions, 'onOutbox'> & WorkerOptions;

export async function createContext(options: ContextOptions): Promise<Context> {
  const worker = await createWorker(options);
  const api = await createApiPart({ ...options, onOutbox: () => worker.relay.nudge() });
  return {
    engine: worker.engine,
    relay: worker.relay,
    sweeper: worker.sweeper,
    metrics: () => worker.metrics(),
    startWorker: () => worker.start(),
    listen: () => api.listen(),
    async stop() {
      await api.stop();
      await worker.stop();
    },
  };
}

/**
 * Every statement reaches its few rows by key, or reads a page of an index. Plans made while the tables are
 * still small must not read them whole, because they are kept when the tables have grown.
 */
export const BY_KEY = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' };

export async function createApiPart(options: ApiOptions): Promise<Api> {
  const { config, database_url: url, logger, onOutbox = () => {} } = options;
  const { host, database_connections_max: max } = config;
  const pool = createPool({ url, max, application_name: 'oms-api', settings: BY_KEY });
  const { provider, carrier } = createProviders(config);
  const api = await createApi({
    pool,
    catalogue: new Catalogue(pool),
    currency: config.currency,
    easypost_webhook_secret: config.easypost_webhook_secret,
    by_hand: { payments: paymentsByHand(provider), parcels: parcelsByHand(carrier) },
    isTrusted: trustKey(options.api_key),
    is_key_required: !isLoopback(host),
    logger,
    onOutbox,
  });
  return {
    listen: () => listen(api, config, { host: 'ORDERPROCESSING_HOST', port: 'ORDERPROCESSING_PORT' }),
    async stop() {
      await api.close();
      await pool.end();
    },
  };
}

const ENGINE_STOP_TIMEOUT_MS = 3_000;
/** Another engine's process may be just ending. */
const LOCK_WAIT_MS = 5_000;

export async function createWorker(options: WorkerOptions): Promise<Worker> {
  const { config, database_url, logger } = options;
  const max = config.database_connections_max;
  const pool = createPool({ url: database_url, max, application_name: 'oms-worker', settings: BY_KEY });
  const healths = createHealths(config, logger);
  const steps = createSteps(options, pool, healths);
  const metrics = new WorkerMetrics();
  metrics.watch(Object.values(healths));
  const owned = await createEngine({
    config,
    database_url,
    steps: metrics.observe(options.wrapSteps?.(steps) ?? steps, logger),
    onCapacity: () => relay.nudge(),
    logger,
  });
  const { engine } = owned;
  const relay = new Relay({ pool, engine, logger });
  const onOutbox = () => relay.nudge();
  const sweeper = new Sweeper({ pool, engine, logger, onOutbox });
  const revivers = Object.values(healths).map(
    (health) => new Reviver({ pool, health, first_delay_ms: config.retry_first_delay_ms, onOutbox, logger }),
  );
  // The embedded engine takes its own.
  const lock = config.engine === 'temporal' ? new ProcessLock(pool, logger, 'shared') : undefined;
  let isWorking = false;

  return {
    engine,
    relay,
    sweeper,
    async metrics() {
      // Ours are told while the engine's cannot be had.
      const of_engine = await owned.metrics().catch((error) => {
        logger.warn({ err: error }, "the engine's metrics cannot be had");
        return '';
      });
      return (await metrics.text()) + of_engine;
    },
    async start() {
      if (lock) await lock.take(LOCK_WAIT_MS);
      const { track_deliveries } = config;
      const wanted = engineOf(options);
      const handed = await takeOver(pool, wanted, { held: lock !== undefined, track_deliveries });
      if (handed) logger.warn(handed, 'orders of another engine are taken over');
      await engine.launch();
      isWorking = true;
      relay.start();
      sweeper.start();
      for (const reviver of revivers) reviver.start();
      return handed;
    },
    async stop() {
      if (isWorking) {
        isWorking = false;
        await Promise.all([relay, sweeper, ...revivers].map((part) => part.stop()));
        await engine.stop(ENGINE_STOP_TIMEOUT_MS);
      }
      lock?.release();
      await Promise.all([pool.end(), owned.close()]);
    },
  };
}

/** Payment provider and carrier. */
export function createProviders(config: Config) {
  const { provider_timeout_ms: timeout_ms } = config;
  const stripe = connectStripe({ key: config.stripe_key, url: config.stripe_url, timeout_ms });
  const easypost = connectEasyPost({ key: config.easypost_key, url: config.easypost_url, timeout_ms });
  const provider = new StripeProvider(stripe);
  const carrier = new EasyPostCarrier(easypost);
  return { provider, carrier };
}

/** What the database is to say of the engine. */
function engineOf({ config, owns_temporal }: WorkerOptions): EngineInUse {
  const { engine, temporal_address: address = null, temporal_namespace } = config;
  if (engine === 'embedded') return { engine, server: null, namespace: null, address: null };
  return { engine, server: owns_temporal ? null : address, namespace: temporal_namespace, address };
}

type Healths = ReturnType<typeof createHealths>;

/** What a worker learns of the providers' health. */
function createHealths({ retry_first_delay_ms: first_delay_ms }: Config, logger: Logger) {
  const common = { first_delay_ms, logger };
  return {
    payments: new ProviderHealth({ provider: 'payment_provider', code: 'payment_unavailable', ...common }),
    shipping: new ProviderHealth({ provider: 'carrier', code: 'shipping_unavailable', ...common }),
  };
}

function createSteps({ config, logger }: WorkerOptions, pool: pg.Pool, healths: Healths): Steps {
  const { reservation_time_to_live_ms } = config;
  const made = createProviders(config);
  const provider = healths.payments.guard(made.provider);
  const carrier = healths.shipping.guard(made.carrier);
  return {
    ...orderSteps({ pool, track_deliveries: config.track_deliveries, logger }),
    ...outageSteps(pool),
    ...inventorySteps({ pool, reservation_time_to_live_ms }),
    ...paymentSteps({ pool, provider }),
    ...shippingSteps({ pool, carrier }),
  };
}
