import type { Logger } from 'pino';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Step, Steps } from './engine/engine.ts';
import { toFailure } from './engine/failure.ts';
import { timeOfOrder } from './orders/identity.ts';
import type { ProviderHealth } from './outages/health.ts';

/** Steps that end an order, with the status that they end it in. */
const ENDS: Record<string, string> = { complete_order: 'completed', cancel_order: 'cancelled' };
const ATTENTION = 'ask_for_attention';
const WAIT = 'wait_for_provider';

const STEP_BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const ORDER_BUCKETS_S = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600];

/**
 * What a worker measures of its own work: each try of a step, and what the steps say of their orders. All
 * is counted where it happens, so it costs no statement; a step that is run again after a crash counts again.
 */
export class WorkerMetrics {
  readonly #registry = new Registry();
  readonly #stepDuration = new Histogram({
    name: 'step_duration_seconds',
    help: 'How long a try of a step took, by how it came out: done, declined, unavailable, unknown, interrupted.',
    labelNames: ['step', 'outcome'],
    buckets: STEP_BUCKETS_S,
    registers: [this.#registry],
  });
  readonly #stepFailures = new Counter({
    name: 'step_failures_total',
    help: 'Tries of steps that failed, by how.',
    labelNames: ['step', 'kind'],
    registers: [this.#registry],
  });
  readonly #ordersEnded = new Counter({
    name: 'orders_ended_total',
    help: 'Orders that came to their end, by which.',
    labelNames: ['status'],
    registers: [this.#registry],
  });
  readonly #orderProcessing = new Histogram({
    name: 'order_processing_seconds',
    help: 'From the acceptance of an order to its end.',
    labelNames: ['status'],
    buckets: ORDER_BUCKETS_S,
    registers: [this.#registry],
  });
  readonly #attentionAsked = new Counter({
    name: 'orders_attention_asked_total',
    help: 'Times that an order asked for a person, by the step that is stuck.',
    labelNames: ['step'],
    registers: [this.#registry],
  });

  readonly #waitsBegun = new Counter({
    name: 'orders_waits_total',
    help: 'Times that an order began to wait for a provider that is away, by which.',
    labelNames: ['provider'],
    registers: [this.#registry],
  });

  constructor() {
    // A rate can be told only of what was there before it first happened.
    for (const status of Object.values(ENDS)) this.#ordersEnded.inc({ status }, 0);
  }

  /** Tells of each provider whether it is seen to be well. */
  watch(healths: readonly ProviderHealth[]): void {
    new Gauge({
      name: 'provider_available',
      help: 'Whether this process sees the provider to be well: 1, or 0 while it is left alone.',
      labelNames: ['provider'],
      registers: [this.#registry],
      collect() {
        for (const health of healths) this.set({ provider: health.provider }, health.isWell() ? 1 : 0);
      },
    });
  }

  /** The same steps, each try of them measured and logged. */
  observe(steps: Steps, logger: Logger): Steps {
    return Object.fromEntries(
      Object.entries(steps).map(([name, step]) => [name, this.#observeStep(name, step, logger)] as const),
    );
  }

  /** As Prometheus reads them. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #observeStep(name: string, step: Step, logger: Logger): Step {
    return async (input, attempt) => {
      const stop = this.#stepDuration.startTimer({ step: name });
      try {
        await step(input, attempt);
      } catch (error) {
        const { kind } = toFailure(error);
        logger.info({ outcome: kind, duration_s: stop({ outcome: kind }) }, 'step');
        this.#stepFailures.inc({ step: name, kind });
        throw error;
      }
      logger.info({ outcome: 'done', duration_s: stop({ outcome: 'done' }) }, 'step');
      const status = ENDS[name];
      if (status) this.#countEnd(status, input.order_id);
      if (name === WAIT) this.#waitsBegun.inc({ provider: input.provider ?? '' });
      if (name === ATTENTION) this.#attentionAsked.inc({ step: input.step ?? '' });
    };
  }

  #countEnd(status: string, order_id: string): void {
    this.#ordersEnded.inc({ status });
    this.#orderProcessing.observe({ status }, Math.max(0, Date.now() - timeOfOrder(order_id)) / 1000);
  }
}
