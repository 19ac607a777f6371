import type { RetryPolicy } from './engine.ts';

const DELAY_MAX_MS = 60_000;

/** Retry policies by the kind of thing a step depends on; the first delay is configured. */
export function retryPolicies(first_delay_ms: number) {
  const common = { first_delay_ms, factor: 2, delay_max_ms: DELAY_MAX_MS };
  return {
    /** A provider outside: what stays unavailable ends the step. */
    provider: { ...common, attempts_max: 5 },
    /** Our own database: there is nothing better to do than to try again. */
    database: { ...common, attempts_max: Number.POSITIVE_INFINITY },
  } satisfies Record<string, RetryPolicy>;
}

export type RetryPolicies = ReturnType<typeof retryPolicies>;
