import { proxyActivities, proxyLocalActivities, type RetryPolicy } from '@temporalio/workflow';
import type { StepInput } from '../engine.ts';
import { type PolicyName, retryPolicies } from '../policies.ts';
import type { Timing } from './start.ts';

/** Makes one try of a step, by its number. */
export type AttemptStep = (
  policy: PolicyName,
  name: string,
  input: StepInput,
  number: number,
) => Promise<unknown>;

/** Far above any step's own time: a step at work gives signs of life, and is lost without them long before. */
const ATTEMPT_TIMEOUT_MS = 5 * 60_000;

/**
 * Steps as activities. One that is a short transaction of ours runs as a local activity, in the workflow's own
 * worker and without a task of its own; one that asks a provider can be seen, heartbeats, and moves to another
 * worker.
 *
 * Temporal itself tries again only what was interrupted (a worker that died, our database away): that may go
 * on for days and must not fill the history. The tries that count are made by the workflow.
 */
export function scheduleAttempts(timing: Timing): AttemptStep {
  const { first_delay_ms, factor, delay_max_ms } = retryPolicies(timing.retry_first_delay_ms).provider;
  const retry: RetryPolicy = {
    initialInterval: first_delay_ms,
    backoffCoefficient: factor,
    maximumInterval: delay_max_ms,
    nonRetryableErrorTypes: ['declined', 'unavailable', 'unknown'],
  };
  const local = proxyLocalActivities({ startToCloseTimeout: ATTEMPT_TIMEOUT_MS, retry });
  const remote = proxyActivities({
    startToCloseTimeout: ATTEMPT_TIMEOUT_MS,
    heartbeatTimeout: timing.heartbeat_timeout_ms,
    retry,
  });
  return (policy, name, input, number) => {
    const activities = policy === 'provider' ? remote : local;
    return activities[name]!(input, number);
  };
}
