import { inScope } from '@oms/kit/trace/scope.ts';
import { ApplicationFailure, activityInfo, heartbeat } from '@temporalio/activity';
import type { Logger } from 'pino';
import type { Step, StepInput, Steps, Workflows } from '../engine.ts';
import { toFailure } from '../failure.ts';
import type { PolicyName, RetryPolicies } from '../policies.ts';

interface ActivitiesOptions {
  steps: Steps;
  workflows: Workflows;
  policies: RetryPolicies;
  logger: Logger;
}

type Activity = (input: StepInput, number: number) => Promise<void>;

/** Steps as activities: one try each. Their errors become failures that carry what a workflow may know. */
export function toActivities(options: ActivitiesOptions): Record<string, Activity> {
  const { steps, workflows, policies } = options;
  const policyOf: Record<string, PolicyName> = Object.assign(
    {},
    ...Object.values(workflows).map((workflow) => workflow.steps),
  );
  return Object.fromEntries(
    Object.entries(steps).map(([name, step]) => {
      const isEndless = policies[policyOf[name] ?? 'provider'].attempts_max === Number.POSITIVE_INFINITY;
      const activity: Activity = (input, number) => {
        const { workflowExecution, attempt } = activityInfo();
        // Interrupted tries are counted by Temporal, the others by the workflow.
        const tries = number + attempt - 1;
        const { order_id } = input;
        const fields = { order_id, workflow_id: workflowExecution?.workflowId, step: name, attempt: tries };
        return inScope({ fields }, () => attemptStep(step, input, tries, isEndless, options.logger));
      };
      return [name, activity] as const;
    }),
  );
}

async function attemptStep(
  step: Step,
  input: StepInput,
  number: number,
  isEndless: boolean,
  logger: Logger,
): Promise<void> {
  const info = activityInfo();
  const life = giveSignsOfLife(info);
  try {
    await step(input, { number, report: life.report });
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'declined') {
      throw ApplicationFailure.nonRetryable(`${failure.code}: ${failure.detail}`, failure.kind, failure);
    }
    logger.warn({ err: error }, 'step failed');
    if (failure.kind === 'interrupted' || isEndless) {
      throw ApplicationFailure.retryable(failure.detail, 'interrupted', failure);
    }
    // A try that was interrupted may have acted; what this one saw says nothing of it.
    if (failure.kind === 'unavailable' && info.attempt > 1) failure.kind = 'unknown';
    throw ApplicationFailure.nonRetryable(`${failure.code}: ${failure.detail}`, failure.kind, failure);
  } finally {
    life.end();
  }
}

const BEATS_PER_TIMEOUT = 3;

/** Heartbeats while the step is at work, so that a worker that died or stalls is noticed, with how far it came. */
function giveSignsOfLife({ isLocal, heartbeatTimeoutMs, heartbeatDetails }: ReturnType<typeof activityInfo>) {
  let position: unknown = heartbeatDetails;
  if (isLocal || !heartbeatTimeoutMs) return { report() {}, end() {} };
  const timer = setInterval(() => heartbeat(position), heartbeatTimeoutMs / BEATS_PER_TIMEOUT);
  return {
    report(text: string) {
      position = text;
      heartbeat(position);
    },
    end: () => clearInterval(timer),
  };
}
