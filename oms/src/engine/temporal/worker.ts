import type { DataConverter } from '@temporalio/common';
import { bundleWorkflowCode, type NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import { retryPolicies } from '../policies.ts';
import { toActivities } from './activities.ts';
import { DEPLOYMENT, type TemporalEngineOptions } from './options.ts';
import { TASK_QUEUE } from './start.ts';
import { activityTrace } from './trace.ts';

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
    workflowBundle: await bundle(options.workflows_path ?? OWN_WORKFLOWS, data_converter),
    interceptors: { activity: [activityTrace] },
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

const TRACE = new URL('./workflow_trace.ts', import.meta.url).pathname;
const OWN_WORKFLOWS = new URL('./workflows.ts', import.meta.url).pathname;
/** How long a workflow's next task waits for the worker that has it in memory, which may have died. */
const STICKY_MS = 3_000;
const CACHED_WORKFLOWS_MAX = 500;

const bundles = new Map<string, Promise<WorkflowBundle>>();

/** Made once in a process: it takes seconds. */
export function bundle(path: string, { failureConverterPath }: DataConverter = {}): Promise<WorkflowBundle> {
  const name = `${path} ${failureConverterPath}`;
  let made = bundles.get(name);
  if (!made) {
    made = bundleWorkflowCode({
      workflowsPath: path,
      workflowInterceptorModules: [TRACE],
      logger: quiet,
      ...(failureConverterPath && { failureConverterPath }),
    });
    bundles.set(name, made);
  }
  return made;
}

const nothing = () => {};
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
