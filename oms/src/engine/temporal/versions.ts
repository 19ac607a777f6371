import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { Client, type Connection } from '@temporalio/client';
import { DEPLOYMENT } from './options.ts';
import { TASK_QUEUE } from './start.ts';

/** A version of the workers' code, and what it still has to do. */
export interface Version {
  build_id: string;
  state: VersionState;
  /** Of the orders that begin now, how many it takes. */
  percent: number;
  /** Orders that began with it and have not ended: only its own workers carry them. */
  running_orders: number;
  /** Workers that asked for work lately. */
  workers: number;
  /** When it came to its state. */
  since: string;
}

/**
 * `inactive`: it has workers, and never took an order. `current`: takes new orders; `ramping`: a share of them.
 * `draining`: takes none, and may have some that run. `drained`: the server has seen that it has none.
 */
export type VersionState = 'inactive' | 'current' | 'ramping' | 'draining' | 'drained';

interface VersionsOptions {
  connection: Connection;
  namespace: string;
}

const CALL_TIMEOUT_MS = 10_000;
const FIRST_TIMEOUT_MS = 30_000;
const FIRST_RETRY_MS = 200;

/** The versions of the workers' code that the Temporal server knows. */
export class Versions {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #deployment: { namespace: string; deploymentName: string };

  constructor({ connection, namespace }: VersionsOptions) {
    this.#connection = connection;
    this.#client = new Client({ connection, namespace });
    this.#deployment = { namespace, deploymentName: DEPLOYMENT };
  }

  /** Newest first. */
  async list(): Promise<Version[]> {
    const deployment = await this.#describe();
    if (!deployment) return [];
    const workers = await this.#workers();
    const { routingConfig: routing, versionSummaries } = deployment.info;
    const ramping = routing?.rampingDeploymentVersion?.buildId;
    const share = ramping ? (routing?.rampingVersionPercentage ?? 0) : 0;
    const summaries = (versionSummaries ?? []).toSorted(
      (one, other) => toMs(other.createTime) - toMs(one.createTime),
    );
    return Promise.all(
      summaries.map(async (summary) => {
        const build_id = summary.deploymentVersion?.buildId ?? '';
        const state = states[summary.status ?? 0] ?? 'inactive';
        return {
          build_id,
          state,
          percent: state === 'current' ? 100 - share : state === 'ramping' ? share : 0,
          running_orders: await this.#runningOrders(build_id),
          workers: workers.get(build_id)?.size ?? 0,
          since: new Date(toMs(sinceOf(summary, state))).toISOString(),
        };
      }),
    );
  }

  /** Lets it take new orders: all, or that many of a hundred beside the current version; 0 takes the share back. */
  async promote(build_id: string, percent = 100): Promise<void> {
    const version = find(build_id, await this.list());
    if (percent < 100 && version.state === 'current') {
      throw new OperatorError(
        `Version ${build_id} is current: it takes what no other version takes. Give another one a share, or promote it.`,
      );
    }
    const request = { ...this.#deployment, buildId: build_id };
    await this.#change((service) =>
      percent === 100
        ? service.setWorkerDeploymentCurrentVersion(request)
        : service.setWorkerDeploymentRampingVersion(
            percent === 0 ? { ...request, buildId: '' } : { ...request, percentage: percent },
          ),
    );
  }

  /** Forgets a version that carries nothing any more. @throws OperatorError that says what it is still needed for */
  async retire(build_id: string): Promise<void> {
    const version = find(build_id, await this.list());
    const reason = neededFor(version);
    if (reason) throw new OperatorError(`Version ${build_id} cannot be retired: ${reason}`);
    const { namespace, deploymentName } = this.#deployment;
    // The server refuses too: it counts once more, and sees a worker that asked a moment ago.
    await this.#change((service) =>
      service.deleteWorkerDeploymentVersion({
        namespace,
        deploymentVersion: { deploymentName, buildId: build_id },
      }),
    );
  }

  /**
   * The very first version takes new orders by itself, because no other could. To be called by its worker.
   * @returns whether it is the current one
   */
  async promoteFirst(build_id: string): Promise<boolean> {
    const deadline = Date.now() + FIRST_TIMEOUT_MS;
    for (;;) {
      const deployment = await this.#describe();
      const current = deployment?.info.routingConfig?.currentDeploymentVersion?.buildId;
      if (current) return current === build_id;
      try {
        // With the token only one of several first ones comes through.
        const conflictToken = deployment?.conflictToken ?? null;
        await this.#ask((service) =>
          service.setWorkerDeploymentCurrentVersion({
            ...this.#deployment,
            buildId: build_id,
            conflictToken,
          }),
        );
      } catch (error) {
        // The server does not know of its worker at once.
        if (Date.now() > deadline) throw error;
        await delay(FIRST_RETRY_MS);
      }
    }
  }

  async #describe() {
    try {
      const answer = await this.#ask((service) => service.describeWorkerDeployment(this.#deployment));
      return { info: answer.workerDeploymentInfo ?? {}, conflictToken: answer.conflictToken };
    } catch (error) {
      if ((error as { code?: number }).code === NOT_FOUND) return undefined;
      throw error;
    }
  }

  async #runningOrders(build_id: string): Promise<number> {
    const version = `${DEPLOYMENT}:${build_id}`.replaceAll("'", "''");
    const query = `TemporalWorkerDeploymentVersion = '${version}' AND TemporalWorkflowVersioningBehavior = 'Pinned' AND ExecutionStatus = 'Running'`;
    const { count } = await this.#ask(() => this.#client.workflow.count(query));
    return count;
  }

  /** The workers of each version, by their names. */
  async #workers(): Promise<Map<string, Set<string>>> {
    const answers = await Promise.all(
      [WORKFLOW_TASKS, ACTIVITY_TASKS].map((taskQueueType) =>
        this.#ask((service) =>
          service.describeTaskQueue({
            namespace: this.#deployment.namespace,
            taskQueue: { name: TASK_QUEUE },
            taskQueueType,
          }),
        ),
      ),
    );
    const workers = new Map<string, Set<string>>();
    for (const { deploymentOptions, identity } of answers.flatMap(({ pollers }) => pollers ?? [])) {
      const build_id = deploymentOptions?.buildId ?? '';
      workers.set(build_id, (workers.get(build_id) ?? new Set()).add(identity ?? ''));
    }
    return workers;
  }

  /** What the server refuses it says clearly itself. */
  async #change(work: (service: Service) => Promise<unknown>): Promise<void> {
    try {
      await this.#ask(work);
    } catch (cause) {
      const { code, details } = cause as { code?: number; details?: string };
      if (code !== FAILED_PRECONDITION) throw cause;
      throw new OperatorError(`Temporal refuses it: ${details}`, { cause });
    }
  }

  #ask<Result>(work: (service: Service) => Promise<Result>): Promise<Result> {
    return this.#connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
      work(this.#connection.workflowService),
    );
  }
}

function find(build_id: string, versions: Version[]): Version {
  const version = versions.find((known) => known.build_id === build_id);
  if (version) return version;
  const known = versions.map((each) => each.build_id).join(', ') || 'none';
  throw new OperatorError(
    `There is no version ${build_id}. Those known: ${known}. ` +
      `A version is known once a worker runs with ORDERPROCESSING_TEMPORAL_BUILD_ID=${build_id}.`,
  );
}

function neededFor({ state, running_orders, workers }: Version): string | undefined {
  if (state === 'current') return 'it takes new orders. Promote another version first.';
  if (state === 'ramping')
    return 'it takes a share of new orders. Take it back first, with promote --percent 0.';
  if (running_orders > 0) {
    const orders = running_orders === 1 ? '1 order runs' : `${running_orders} orders run`;
    return `${orders} on it. Keep its workers until they have ended.`;
  }
  if (workers > 0) return 'workers of it run, or did until a few minutes ago. Stop them, and try again then.';
  if (state === 'draining') {
    return 'the server has not yet seen that its last order has ended. It looks every few minutes; try again then.';
  }
  return undefined;
}

type Service = Connection['workflowService'];
type Description = Awaited<ReturnType<Service['describeWorkerDeployment']>>;
type Summary = NonNullable<NonNullable<Description['workerDeploymentInfo']>['versionSummaries']>[number];

function sinceOf(summary: Summary, state: VersionState) {
  const { createTime, currentSinceTime, rampingSinceTime, drainageInfo } = summary;
  if (state === 'current') return currentSinceTime;
  if (state === 'ramping') return rampingSinceTime;
  return drainageInfo?.lastChangedTime ?? createTime;
}

function toMs(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1e6);
}

// Numbers of Temporal's protocol.
const WORKFLOW_TASKS = 1;
const ACTIVITY_TASKS = 2;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

const states: Record<number, VersionState> = {
  1: 'inactive',
  2: 'current',
  3: 'ramping',
  4: 'draining',
  5: 'drained',
  6: 'inactive',
};
