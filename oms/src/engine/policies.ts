/** When a step is tried again. Delays grow by the factor from the first to the most. */
export interface RetryPolicy {
  first_delay_ms: number;
  factor: number;
  delay_max_ms: number;
  /** Tries in all; Infinity for what must be done some day. */
  attempts_max: number;
}

const DELAY_MAX_MS = 60_000;

/** Retry policies by the kind of thing a step depends on, the same for every engine; the first delay is configured. */
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
export type PolicyName = keyof RetryPolicies;

export function retryDelay(policy: RetryPolicy, attempt: number): number {
  return Math.min(policy.first_delay_ms * policy.factor ** (attempt - 1), policy.delay_max_ms);
}
