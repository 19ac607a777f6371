import type { RetryPolicy } from './engine.ts';

const DELAY_MAX_MS = 60_000;

/** Retry policies by the kind of thing a step depends on; the first delay is configured. */
export function retryPolicies(first_delay_ms: number) {
  const common = { first_delay_ms, factor: 2, delay_max_ms: DELAY_MAX_MS };
  return {
    /** A provider outside: what stays unavailable ends the step. */
    provider: { ...common, attempts_max: 5 },
    /** Our own database. Its outages do not count; what fails so often while it is there is a defect. */
    database: { ...common, attempts_max: 10 },
    /** What asks for a person must not fail itself. */
    attention: { ...common, attempts_max: Number.POSITIVE_INFINITY },
  } satisfies Record<string, RetryPolicy>;
}

export type RetryPolicies = ReturnType<typeof retryPolicies>;
