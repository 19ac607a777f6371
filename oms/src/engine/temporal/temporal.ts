import { setTimeout as delay } from 'node:timers/promises';
import { inScope } from '@oms/kit/trace/scope.ts';
import type { Trace } from '@oms/kit/trace/trace.ts';
import {
  Client,
  type Connection,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { NativeConnection, type Worker } from '@temporalio/worker';
import {
  type Engine,
  type Progress,
  type WorkflowDescription,
  WorkflowNotFound,
  type WorkflowStart,
  type WorkflowState,
} from '../engine.ts';
import { connect, reach } from './connect.ts';
import type { Deployment, TemporalEngineOptions } from './options.ts';
import { registerSearchAttributes } from './register_search_attributes.ts';
import { Room } from './room.ts';
import { installRuntime } from './runtime.ts';
import { attributeKey } from './search_attributes.ts';
import { type HostedStart, PROCESSING, PROGRESS_QUERY, TASK_QUEUE } from './start.ts';
import { clientTrace } from './trace.ts';
import { Versions } from './versions.ts';
import { createWorker } from './worker.ts';

/** The distributed engine: Temporal. Any number of processes may run it on one namespace. */
export class TemporalEngine implements Engine {
  readonly #options: TemporalEngineOptions;
  #connections: { client: Connection; worker: NativeConnection } | undefined;
  #client: Client | undefined;
  #worker: Worker | undefined;
  #running: Promise<void> | undefined;
  #room: Room | undefined;
  #isSearchable = false;
  #stopping = false;

  constructor(options: TemporalEngineOptions) {
    this.#options = options;
  }

  async launch(): Promise<void> {
    const { namespace, data_converter, logger } = this.#options;
    await installRuntime(logger);
    // One after the other: where the first fails, the second would go on trying in vain.
    const worker = await reach(this.#options, (options) => NativeConnection.connect(options));
    this.#connections = { worker, client: await connect(this.#options) };
    this.#client = new Client({
      connection: this.#connections.client,
      namespace,
      interceptors: { workflow: [clientTrace] },
      ...(data_converter && { dataConverter: data_converter }),
    });
    this.#isSearchable = await registerSearchAttributes(this.#connections.client, { namespace, logger });
    this.#worker = await createWorker(this.#options, this.#connections.worker);
    this.#running = this.#keepRunning(this.#worker);
    this.#room = this.#makeRoom();
    if (this.#options.deployment) await this.#takeOrders(this.#options.deployment);
  }

  /** Where versions run beside each other: tells whether this one takes new orders. */
  async #takeOrders({ build_id }: Deployment): Promise<void> {
    const { namespace, logger } = this.#options;
    const versions = new Versions({ connection: this.#connections!.client, namespace });
    const isCurrent = await versions.promoteFirst(build_id);
    if (isCurrent) return;
    logger.warn(
      { build_id },
      `new orders go to another version until: npm run engine -- promote ${build_id}`,
    );
  }

  async stop(timeout_ms: number): Promise<void> {
    this.#stopping = true;
    this.#room?.close();
    if (this.#worker?.getState() === 'RUNNING') this.#worker.shutdown();
    await Promise.race([this.#running, delay(timeout_ms, undefined, { ref: false })]);
    await this.#connections?.client.close();
    // A worker that is still at work keeps its connection until the process ends.
    await this.#connections?.worker.close().catch(() => {});
  }

  async start(workflow_id: string, start: WorkflowStart): Promise<void> {
    await this.#start(workflow_id, start, false);
  }

  async restart(workflow_id: string, start: WorkflowStart): Promise<void> {
    await this.#start(workflow_id, start, true);
  }

  async #start(workflow_id: string, start: WorkflowStart, is_restarted: boolean) {
    const { workflow, input, customer_id, trace } = start;
    const { timing, task_queue = TASK_QUEUE } = this.#options;
    const is_searchable = this.#isSearchable;
    const hosted: HostedStart = { input, timing, is_restarted, is_searchable, patches: {}, messages: {} };
    const options: WorkflowStartOptions<(start: HostedStart) => Promise<string>> = {
      workflowId: workflow_id,
      taskQueue: task_queue,
      args: [hosted],
      workflowIdReusePolicy: is_restarted ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
      ...(is_searchable && { typedSearchAttributes: attributesOf(customer_id) }),
    };
    try {
      await inScope({ trace }, () => this.#call((client) => client.workflow.start(workflow, options)));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  async send(workflow_id: string, topic: string, trace?: Trace): Promise<void> {
    try {
      await inScope({ trace }, () =>
        this.#call((client) => client.workflow.getHandle(workflow_id).signal(topic)),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      // Temporal says the same of one that has ended, where a message does no harm.
      if ((await this.describe(workflow_id)).state === 'missing') throw new WorkflowNotFound(workflow_id);
    }
  }

  async describe(workflow_id: string): Promise<WorkflowDescription> {
    try {
      const handle = this.#handle(workflow_id);
      const { status } = await this.#call(() => handle.describe());
      const state = states[status.name] ?? 'failed';
      return state === 'running' ? { state, progress: await this.#askProgress(handle) } : { state };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { state: 'missing' };
      throw error;
    }
  }

  /** Temporal forgets by itself, when the namespace's retention is over. */
  async forget(): Promise<number> {
    return 0;
  }

  capacity(): number {
    // Where orders cannot be searched they cannot be counted: the server then keeps what no worker has room for.
    return this.#stopping ? 0 : (this.#room?.left() ?? STARTS_MAX);
  }

  /** The server keeps what no worker has a slot for. */
  restartCapacity(): number {
    return this.#stopping ? 0 : STARTS_MAX;
  }

  #makeRoom(): Room | undefined {
    if (!this.#isSearchable) return undefined;
    const { task_queue = TASK_QUEUE, workflows_max: max, onCapacity = () => {}, logger } = this.#options;
    const isUnderWay = `TaskQueue = '${task_queue}' AND ExecutionStatus = 'Running'`;
    const query = `${isUnderWay} AND OrderStatus = '${PROCESSING}' AND OrderAttention IS NULL`;
    const count = async () => (await this.#call((client) => client.workflow.count(query))).count;
    const room = new Room({ max, count, onRoom: onCapacity, logger });
    room.open();
    return room;
  }

  #handle(workflow_id: string): WorkflowHandle {
    return this.#connected().workflow.getHandle(workflow_id);
  }

  #connected(): Client {
    if (!this.#client) throw new Error('the engine does not run');
    return this.#client;
  }

  /** Bounded: without a deadline the client waits for a server that is away for ever. */
  #call<Result>(ask: (client: Client) => Promise<Result>): Promise<Result> {
    const client = this.#connected();
    return client.withDeadline(Date.now() + CALL_TIMEOUT_MS, () => ask(client));
  }

  /** Only a worker can answer; where none is at hand the state alone must do. */
  async #askProgress(handle: WorkflowHandle): Promise<Progress | undefined> {
    try {
      const client = this.#connected();
      return await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
        handle.query<Progress | undefined, []>(PROGRESS_QUERY),
      );
    } catch {
      return undefined;
    }
  }

  async #keepRunning(worker: Worker): Promise<void> {
    try {
      await worker.run();
    } catch (error) {
      if (this.#stopping) return;
      this.#options.logger.fatal(
        { err: error },
        'the worker has failed; the process ends to be started anew',
      );
      process.exitCode = 1;
      process.kill(process.pid, 'SIGTERM');
    }
  }
}

function attributesOf(customer_id: string | null | undefined): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: attributeKey('OrderStatus'), value: PROCESSING },
    ...(customer_id ? [{ key: attributeKey('CustomerId'), value: customer_id }] : []),
  ]);
}

const CALL_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 2_000;
const STARTS_MAX = 50;

const states: Record<string, WorkflowState> = {
  RUNNING: 'running',
  PAUSED: 'running',
  CONTINUED_AS_NEW: 'running',
  COMPLETED: 'ended',
};
