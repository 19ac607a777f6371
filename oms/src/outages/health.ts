import { BrokenCircuitError, CircuitState, circuitBreaker, DelegateBackoff, handleAll } from 'cockatiel';
import type { Logger } from 'pino';
import { StepError } from '../errors.ts';

/** Who is asked to act for an order, as the database and the metrics name them. */
export type ProviderName = 'payment_provider' | 'carrier';

export interface ProviderHealthOptions {
  provider: ProviderName;
  /** Of the error that says that it is away; also of an order that is cancelled for it. */
  code: string;
  /**
   * The first delay of the retry policy; the provider is left alone for 1, 2, 4 … times, at most 60 times as long. A
   * `Retry-After` is obeyed within that: told to one order, it must not hold the whole shop for longer.
   */
  first_delay_ms: number;
  logger: Logger;
}

/** Failures for so many orders, and no success in between, show that the provider is away; of one order they may be its own. */
const FAILING_MAX = 5;
const COOL_OFF_MAX_FACTOR = 60;

/**
 * What this process knows of a provider's health, from all calls together: a circuit breaker. While the provider is away
 * it is not asked, but for one call each time that the cool-off has passed; that call decides.
 */
export class ProviderHealth {
  readonly provider: ProviderName;
  readonly #options: ProviderHealthOptions;
  readonly #breaker;
  #listener: () => void = () => {};
  #well_since_ms = Date.now();
  #retry_at_ms = 0;
  #successes = 0;
  #failures = 0;
  /** The orders that it failed for since its last success. */
  readonly #failing = new Set<string>();

  constructor(options: ProviderHealthOptions) {
    this.#options = options;
    this.provider = options.provider;
    this.#breaker = circuitBreaker(handleAll, {
      breaker: {
        state: undefined,
        success: () => this.#failing.clear(),
        failure: () => this.#failing.size >= FAILING_MAX,
      },
      halfOpenAfter: new DelegateBackoff(({ attempt, result }) =>
        this.#coolOff(attempt, 'error' in result ? result.error : undefined),
      ),
    });
    this.#breaker.onBreak(() => this.#tell('warn', 'the provider is away; it is asked again after a while'));
    this.#breaker.onReset(() => {
      this.#well_since_ms = Date.now();
      this.#tell('info', 'the provider is well again');
    });
  }

  /** The same provider, each of its calls through the breaker. */
  guard<Provider extends object>(provider: Provider): Provider {
    return new Proxy(provider, {
      get: (target, name) => {
        const method = Reflect.get(target, name);
        return typeof method === 'function'
          ? (request: { order_id?: string }, ...more: unknown[]) =>
              this.call(request.order_id ?? '', () => method.call(target, request, ...more))
          : method;
      },
    });
  }

  /** @throws StepError `unavailable`, without asking, while the provider is away */
  async call<Result>(order_id: string, ask: () => Promise<Result>): Promise<Result> {
    const { code } = this.#options;
    try {
      const { result, refusal } = await this.#breaker.execute(() => this.#observe(order_id, ask));
      if (refusal) throw refusal;
      return result as Result;
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      const detail = 'The provider has been away for a while; it was not asked.';
      throw new StepError('unavailable', code, detail, error, { not_asked: true });
    }
  }

  isWell(): boolean {
    return this.#breaker.state === CircuitState.Closed;
  }

  /** For how long it has been well; 0 while it is away. */
  wellFor(): number {
    return this.isWell() ? Math.max(0, Date.now() - this.#well_since_ms) : 0;
  }

  /** How long it is still left alone; 0 when it may be asked. */
  coolOffLeft(): number {
    return this.#breaker.state === CircuitState.Open ? Math.max(0, this.#retry_at_ms - Date.now()) : 0;
  }

  /** How many calls came out how since this was last asked. */
  takeCounts(): { successes: number; failures: number } {
    const counts = { successes: this.#successes, failures: this.#failures };
    this.#successes = 0;
    this.#failures = 0;
    return counts;
  }

  /** Called when it is seen to be away, or well again. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  /** Whoever declines is well; what an outage may look like is thrown. */
  async #observe<Result>(
    order_id: string,
    ask: () => Promise<Result>,
  ): Promise<{ result?: Result; refusal?: StepError }> {
    try {
      const result = await ask();
      this.#successes++;
      return { result };
    } catch (error) {
      if (error instanceof StepError && error.kind === 'declined') {
        this.#successes++;
        return { refusal: error };
      }
      this.#failures++;
      this.#failing.add(order_id);
      throw error;
    }
  }

  #coolOff(attempt: number, error: unknown): number {
    const { first_delay_ms } = this.#options;
    const grown = first_delay_ms * 2 ** (attempt - 1);
    const wanted = error instanceof StepError ? (error.retry_after_ms ?? 0) : 0;
    const cool_off_ms = Math.min(Math.max(grown, wanted), first_delay_ms * COOL_OFF_MAX_FACTOR);
    this.#retry_at_ms = Date.now() + cool_off_ms;
    return cool_off_ms;
  }

  #tell(level: 'info' | 'warn', message: string): void {
    this.#options.logger[level]({ provider: this.provider }, message);
    this.#listener();
  }
}
