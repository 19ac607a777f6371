import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { commonProblem } from '../http/problem.ts';

/** Limits how often something may be tried under a name, in this process. */
export class Attempts {
  readonly #limiter: RateLimiterMemory;

  /** @param options.seconds after the first try of a name they are forgotten */
  constructor(options: { tries_max: number; seconds: number }) {
    this.#limiter = new RateLimiterMemory({ points: options.tries_max, duration: options.seconds });
  }

  /** Counts a try. @throws Problem when it is one too many */
  async count(name: string): Promise<void> {
    try {
      await this.#limiter.consume(name);
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) throw reason;
      throw commonProblem('too_many_requests', {
        detail: 'That was tried too often.',
        retry_after_s: Math.ceil(reason.msBeforeNext / 1000),
      });
    }
  }

  /** Takes a counted try back. */
  async forgive(name: string): Promise<void> {
    await this.#limiter.reward(name);
  }

  async forget(name: string): Promise<void> {
    await this.#limiter.delete(name);
  }
}
