import { isDatabaseUnavailable } from '@oms/kit/postgres/errors.ts';
import { StepError } from '../errors.ts';
import { retryDelay, type Step, type StepInput } from './engine.ts';

/**
 * Runs a step under its policy until it succeeds, is declined, or its attempts are used up.
 *
 * While our own database is away the attempts do not count: nothing can be decided without it. An attempt
 * that stayed unknown makes the whole step unknown unless a later one succeeds or is declined.
 *
 * @param wait sleeps between attempts
 * @param report is told each failed attempt, for the log
 */
export async function runWithRetries(
  step: Step,
  input: StepInput,
  wait: (delay_ms: number) => Promise<void>,
  report: (error: unknown, attempt: number) => void,
): Promise<void> {
  let unknown: StepError | undefined;
  let counted = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await step.run(input, { number: attempt });
    } catch (error) {
      if (error instanceof StepError && error.kind === 'declined') throw error;
      report(error, attempt);
      const failure = classify(error);
      // The outage may have struck between the act and its record.
      if (!failure) unknown ??= interrupted;
      else {
        counted++;
        if (failure.kind === 'unknown') unknown = failure;
        if (counted >= step.policy.attempts_max) throw unknown ?? failure;
      }
      await wait(retryDelay(step.policy, attempt));
    }
  }
}

const interrupted = new StepError(
  'unknown',
  'step_failed',
  'The database was away while the step was at work, and the provider has not answered since.',
);

/** Undefined for an outage of our own database. A defect counts as unknown: it may have struck after the act. */
function classify(error: unknown): StepError | undefined {
  if (error instanceof StepError) return error;
  if (isDatabaseUnavailable(error)) return undefined;
  return new StepError(
    'unknown',
    'step_failed',
    'The step failed in a way that was not foreseen; the log tells more.',
    error,
  );
}
