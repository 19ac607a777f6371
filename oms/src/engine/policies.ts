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

/** How an outage of a provider is waited for: delays double from the first to the most, in all up to the deadline. */
export interface OutagePolicy {
  first_wait_ms: number;
  wait_max_ms: number;
  /** What an order waits for one step, in all, before it is given up or a person must look. 0: it does not wait. */
  deadline_ms: number;
}

/** The longest wait, in first waits: 15 minutes with the default of one minute. */
const WAIT_MAX_FACTOR = 15;

export function outagePolicy(first_wait_ms: number, deadline_ms: number): OutagePolicy {
  return { first_wait_ms, wait_max_ms: first_wait_ms * WAIT_MAX_FACTOR, deadline_ms };
}

/** What holds where nothing is configured, and for workflows that began before it could be. */
export const DEFAULT_OUTAGES = outagePolicy(60_000, 24 * 60 * 60 * 1000);

/**
 * The wait before the next series of attempts. Orders that met an outage together come back apart: each takes up to a
 * quarter less, always the same, because a workflow that is run again must decide the same.
 * @param number of the wait, from 1
 * @param name of who waits
 * @param retry_after_ms what the provider asked for
 */
export function outageWait(
  { first_wait_ms, wait_max_ms }: OutagePolicy,
  number: number,
  name: string,
  retry_after_ms = 0,
): number {
  const whole = Math.min(first_wait_ms * 2 ** Math.min(number - 1, 30), wait_max_ms);
  let hash = number;
  for (const character of name) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  const share = (hash >>> 0) / 2 ** 32;
  return Math.round(Math.max(whole * (1 - share / 4), retry_after_ms));
}

export type RetryPolicies = ReturnType<typeof retryPolicies>;
export type PolicyName = keyof RetryPolicies;

export function retryDelay(policy: RetryPolicy, attempt: number): number {
  return Math.min(policy.first_delay_ms * policy.factor ** (attempt - 1), policy.delay_max_ms);
}
