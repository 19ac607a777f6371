import { StepError, type StepErrorKind } from '../errors.ts';
import { type RetryPolicy, retryDelay } from './policies.ts';

/** How an attempt failed, as data that can be recorded. `interrupted`: its outcome could not be learned or kept. */
export interface Failure {
  kind: StepErrorKind | 'interrupted';
  code: string;
  detail: string;
  /** How long the provider wants to be left alone. */
  retry_after_ms?: number | undefined;
  /** The provider is known to be away and was not asked. */
  not_asked?: boolean | undefined;
  /** Of an `unknown` failure: this process saw only an outage, and an earlier one may have acted. */
  is_outage?: boolean | undefined;
}

/**
 * Runs a step under its policy until it succeeds, is declined, or its attempts are used up. Pure, so that an
 * engine may run it inside a workflow.
 *
 * A provider that is known to be away, or wants to be left alone for longer than the policy ever waits, ends the series.
 *
 * Interrupted attempts do not count. One that may have acted makes the whole step unknown, unless a later
 * one succeeds or is declined.
 *
 * @param attempt makes one try, by its number; undefined when it succeeded
 * @param wait sleeps between attempts
 * @throws StepError
 */
export async function runWithRetries(
  policy: RetryPolicy,
  attempt: (number: number) => Promise<Failure | undefined>,
  wait: (delay_ms: number) => Promise<void>,
): Promise<void> {
  let unknown: Failure | undefined;
  let counted = 0;
  for (let number = 1; ; number++) {
    const failure = await attempt(number);
    if (!failure) return;
    if (failure.kind === 'declined') throw toError(failure);
    // The interruption may have struck between the act and its record.
    if (failure.kind === 'interrupted') unknown ??= INTERRUPTED;
    else {
      counted++;
      if (failure.kind === 'unknown') unknown = failure;
      const isInVain = failure.not_asked || (failure.retry_after_ms ?? 0) > policy.delay_max_ms;
      if (counted >= policy.attempts_max || (isInVain && Number.isFinite(policy.attempts_max))) {
        throw toError(unknown ? { ...unknown, retry_after_ms: failure.retry_after_ms } : failure);
      }
    }
    await wait(Math.max(retryDelay(policy, number), failure.retry_after_ms ?? 0));
  }
}

const INTERRUPTED: Failure = {
  kind: 'unknown',
  code: 'step_failed',
  detail: 'The database was away while the step was at work, and the provider has not answered since.',
};

/** The error as data. */
export function failureOf({ kind, code, detail, retry_after_ms, not_asked, is_outage }: StepError): Failure {
  return {
    ...{ kind, code, detail },
    ...(retry_after_ms !== undefined && { retry_after_ms }),
    ...(not_asked && { not_asked }),
    ...(is_outage && kind === 'unknown' && { is_outage }),
  };
}

/** What this process saw says nothing about an attempt of an earlier one, which may have acted. */
export function doubted(failure: Failure): Failure {
  return failure.kind === 'unavailable' ? { ...failure, kind: 'unknown', is_outage: true } : failure;
}

export function toError({ kind: given, code, detail, ...options }: Failure): StepError {
  const kind = given === 'interrupted' ? 'unknown' : given;
  const { retry_after_ms, not_asked = false, is_outage = kind === 'unavailable' } = options;
  return new StepError(kind, code, detail, undefined, { retry_after_ms, not_asked, is_outage });
}
