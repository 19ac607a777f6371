import type pg from 'pg';
import type { Logger } from 'pino';
import type { ProviderHealth } from './health.ts';
import { wakeWaiting } from './outages.queries.ts';

export interface ReviverContext {
  pool: pg.Pool;
  health: ProviderHealth;
  /** First delay of the retry policy; rounds are at least this far apart. */
  first_delay_ms: number;
  /** Wakes the relay after rows were written to the outbox. */
  onOutbox: () => void;
  logger: Logger;
}

const INTERVAL_MIN_MS = 100;
/** Maximum number of orders woken per round. */
const RATE_MAX = 32;
/** Maximum number of rounds to wait for a result of the woken orders, which may have been cancelled in the meantime. */
const PATIENCE_MAX = 10;

/**
 * Wakes orders that wait for a provider. While the breaker is open, wakes one order per cool-off as a probe. After the
 * breaker has closed, wakes the orders that began to wait before that: one, then twice as many each round while calls
 * succeed.
 *
 * An order that fails again after that retries on its own schedule, so a single failing order is not woken over and over.
 */
export class Reviver {
  readonly #context: ReviverContext;
  #rate = 1;
  #woken = 0;
  #patience = 0;
  /** Whether orders may still be waiting from before the breaker closed, or from an earlier process. */
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
          .catch((error) => this.#context.logger.error({ err: error }, 'waking orders failed'))
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
    // Locked rows are skipped, so only an empty round proves that no order is left.
    if (isWell && this.#woken === 0 && health.isWell()) this.#hasMore = false;
    if (this.#woken > 0) onOutbox();
  }
}
