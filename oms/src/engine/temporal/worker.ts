import { bundleWorkflowCode, type NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { retryPolicies } from '../policies.ts';
import { toActivities } from './activities.ts';
import { TASK_QUEUE } from './start.ts';
import type { TemporalEngineOptions } from './temporal.ts';

/** A version of the workers' code, as Temporal knows it. */
export interface Deployment {
  /** Such as a release or a commit; one for each build. */
  build_id: string;
}

export const DEPLOYMENT = 'order-processing';

/** What a stop waits for steps at work, and then for those that do not end. */
const GRACE_MS = 2_000;
const FORCE_MS = 2_500;

export async function createWorker(
  options: TemporalEngineOptions,
  connection: NativeConnection,
): Promise<Worker> {
  const { namespace, task_queue = TASK_QUEUE, steps, workflows, workflows_max, logger } = options;
  const { patches_held_back = [], deployment, data_converter } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: task_queue,
    workflowBundle: await bundle(options.workflows_path ?? OWN_WORKFLOWS),
    activities: toActivities({
      steps,
      workflows,
      policies: retryPolicies(options.timing.retry_first_delay_ms),
      logger,
    }),
    maxConcurrentActivityTaskExecutions: workflows_max,
    maxConcurrentLocalActivityExecutions: workflows_max,
    maxCachedWorkflows: CACHED_WORKFLOWS_MAX,
    stickyQueueScheduleToStartTimeout: STICKY_MS,
    shutdownGraceTime: GRACE_MS,
    shutdownForceTime: FORCE_MS,
    patchActivationCallback: ({ patchId }) => !patches_held_back.includes(patchId),
    ...(data_converter && { dataConverter: data_converter }),
    ...(deployment && {
      workerDeploymentOptions: {
        version: { deploymentName: DEPLOYMENT, buildId: deployment.build_id },
        useWorkerVersioning: true,
        defaultVersioningBehavior: 'PINNED',
      },
    }),
  });
}

const OWN_WORKFLOWS = new URL('./workflows.ts', import.meta.url).pathname;
/** How long a workflow's next task waits for the worker that has it in memory, which may have died. */
const STICKY_MS = 3_000;
const CACHED_WORKFLOWS_MAX = 500;

const bundles = new Map<string, Promise<WorkflowBundle>>();

/** Made once in a process: it takes seconds. */
export function bundle(path: string): Promise<WorkflowBundle> {
  let made = bundles.get(path);
  if (!made) {
    made = bundleWorkflowCode({ workflowsPath: path, logger: quiet });
    bundles.set(path, made);
  }
  return made;
}

const nothing = () => {};
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
