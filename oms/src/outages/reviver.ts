import type pg from 'pg';
import type { Logger } from 'pino';
import type { ProviderHealth } from './health.ts';
import { wakeWaiting } from './outages.queries.ts';

export interface ReviverContext {
  pool: pg.Pool;
  health: ProviderHealth;
  /** The first delay of the retry policy; between two rounds it is no shorter. */
  first_delay_ms: number;
  /** Called when something has been put into the outbox. */
  onOutbox: () => void;
  logger: Logger;
}

const INTERVAL_MIN_MS = 100;
/** Most orders that are woken in a round. */
const RATE_MAX = 32;
/** So many rounds the answer to those that were woken is awaited; an order may have been cancelled meanwhile. */
const PATIENCE_MAX = 10;

/**
 * Wakes the orders that wait for a provider. While it is away one is woken each time that the cool-off has passed,
 * because somebody must find out. Once it is well again, those that have waited since before are woken: one, then twice
 * as many each round for as long as the provider answers them.
 *
 * An order that fails again while the provider is well for others is left to its own growing waits.
 */
export class Reviver {
  readonly #context: ReviverContext;
  #rate = 1;
  #woken = 0;
  #patience = 0;
  /** Whether orders may wait since before the provider was well; also what an earlier process left behind. */
  #hasMore = true;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isStopped = true;

  constructor(context: ReviverContext) {
    this.#context = context;
    context.health.onChange(() => this.#beginAnew());
  }

  start(): void {
    this.#isStopped = false;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #beginAnew(): void {
    this.#context.health.takeCounts();
    this.#rate = 1;
    this.#woken = 0;
    this.#hasMore = true;
    this.#schedule();
  }

  #schedule(): void {
    const { health, first_delay_ms } = this.#context;
    clearTimeout(this.#timer);
    if (this.#isStopped || (health.isWell() && !this.#hasMore)) return;
    this.#timer = setTimeout(
      () => {
        this.#running = this.#round()
          .catch((error) => this.#context.logger.error({ err: error }, 'no order could be woken'))
          .then(() => this.#schedule());
      },
      Math.max(first_delay_ms, INTERVAL_MIN_MS, health.coolOffLeft()),
    );
  }

  async #round(): Promise<void> {
    const { pool, health, onOutbox } = this.#context;
    const { successes, failures } = health.takeCounts();
    const isAnswered = successes + failures > 0;
    if (failures > 0) this.#rate = 1;
    else if (successes > 0) this.#rate = Math.min(this.#rate * 2, RATE_MAX);
    else if (this.#woken > 0 && this.#patience++ < PATIENCE_MAX) return;
    if (isAnswered || this.#woken > 0) this.#patience = 0;

    const isWell = health.isWell();
    const limit = isWell ? this.#rate : 1;
    const given = { provider: health.provider, well_for_ms: health.wellFor(), limit };
    const [result] = await wakeWaiting.run(given, pool);
    this.#woken = result?.woken ?? 0;
    if (isWell && this.#woken < limit) this.#hasMore = false;
    if (this.#woken > 0) onOutbox();
  }
}
