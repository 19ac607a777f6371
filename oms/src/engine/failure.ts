import { isDatabaseUnavailable } from '@oms/kit/postgres/errors.ts';
import { StepError } from '../errors.ts';
import { type Failure, failureOf } from './retry.ts';

/**
 * What an error of a step means. While our own database is away nothing can be decided, so the attempt is
 * `interrupted`. A defect counts as unknown: it may have struck after the act; its cause is for the log alone.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof StepError) return failureOf(error);
  if (isDatabaseUnavailable(error)) {
    return { kind: 'interrupted', code: 'step_failed', detail: 'The database was away.' };
  }
  return {
    kind: 'unknown',
    code: 'step_failed',
    detail: 'The step failed in a way that was not foreseen; the log tells more.',
  };
}
