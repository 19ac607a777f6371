import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { answer } from './answer.ts';
import { type Timing, timeLoops } from './timing.ts';

/** Workflows of Temporal whose activities do nothing: what the distributed engine costs by itself. */

const TASK_QUEUE = 'bare';

answer({
  async run(input: {
    address: string;
    workflow: 'ordinary' | 'mixed';
    seconds: number;
    at_once: number;
  }): Promise<Timing> {
    Runtime.install({ logger: { ...quiet, log: nothing }, shutdownSignals: [] });
    const connection = await Connection.connect({ address: input.address });
    const client = new Client({ connection });
    const worker = await Worker.create({
      connection: await NativeConnection.connect({ address: input.address }),
      taskQueue: TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL('./bare_temporal_workflows.ts', import.meta.url)),
      activities: { nothing: async () => {} },
      maxConcurrentActivityTaskExecutions: input.at_once,
      maxConcurrentLocalActivityExecutions: input.at_once,
      maxCachedWorkflows: 500,
    });
    const running = worker.run();
    const result = await timeLoops(input, () =>
      client.workflow.execute(input.workflow, { workflowId: randomUUID(), taskQueue: TASK_QUEUE }),
    );
    worker.shutdown();
    await running;
    await connection.close();
    return result;
  },
});

function nothing(): void {}
const quiet = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
