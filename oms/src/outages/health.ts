import { BrokenCircuitError, CircuitState, circuitBreaker, DelegateBackoff, handleAll } from 'cockatiel';
import type { Logger } from 'pino';
import { StepError } from '../errors.ts';

/** The external providers, as named in the database and in metrics. */
export type ProviderName = 'payment_provider' | 'carrier';

export interface ProviderHealthOptions {
  provider: ProviderName;
  /** Error code for an outage; also the cancellation code of an order that is cancelled because of it. */
  code: string;
  /**
   * First delay of the retry policy. The cool-off is 1, 2, 4 … times as long, at most 60 times. `Retry-After` is honoured
   * up to that limit: a response to one order must not stop all orders for longer.
   */
  first_delay_ms: number;
  logger: Logger;
}

/** Opens the breaker after failures for this many different orders without a success: failures of one order may be its own. */
const FAILING_MAX = 5;
const COOL_OFF_MAX_FACTOR = 60;

/**
 * The health of a provider as this process sees it: a circuit breaker around all of its calls. While the breaker is open,
 * calls fail without reaching the provider. After each cool-off one call is let through; its result closes or reopens the
 * breaker.
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
  /** Orders with a failed call since the last success. */
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
    this.#breaker.onBreak(() => this.#tell('warn', 'provider unavailable: circuit breaker opened'));
    this.#breaker.onReset(() => {
      this.#well_since_ms = Date.now();
      this.#tell('info', 'provider available again: circuit breaker closed');
    });
  }

  /** Wraps a provider so that every method call passes through the breaker. */
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

  /** @throws StepError `unavailable` with `not_asked`, without calling the provider, while the breaker is open */
  async call<Result>(order_id: string, ask: () => Promise<Result>): Promise<Result> {
    const { code } = this.#options;
    try {
      const { result, refusal } = await this.#breaker.execute(() => this.#observe(order_id, ask));
      if (refusal) throw refusal;
      return result as Result;
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      const detail = 'The provider is unavailable; it was not called.';
      throw new StepError('unavailable', code, detail, error, { not_asked: true });
    }
  }

  isWell(): boolean {
    return this.#breaker.state === CircuitState.Closed;
  }

  /** Time in ms since the breaker last closed; 0 while it is open. */
  wellFor(): number {
    return this.isWell() ? Math.max(0, Date.now() - this.#well_since_ms) : 0;
  }

  /** Remaining cool-off in ms; 0 when a call may be made. */
  coolOffLeft(): number {
    return this.#breaker.state === CircuitState.Open ? Math.max(0, this.#retry_at_ms - Date.now()) : 0;
  }

  /** Call results since the last call of this method. */
  takeCounts(): { successes: number; failures: number } {
    const counts = { successes: this.#successes, failures: this.#failures };
    this.#successes = 0;
    this.#failures = 0;
    return counts;
  }

  /** Registers a listener that is called whenever the breaker opens or closes. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  /** A decline proves that the provider works, so it counts as a success. */
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
