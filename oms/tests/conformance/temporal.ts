import pino from 'pino';
import { startTemporalServer, type TemporalServer } from '../../src/engine/temporal/server.ts';
import { TemporalEngine } from '../../src/engine/temporal/temporal.ts';
import { crashInProcess } from './crash.ts';
import { type EngineInTest, type Harness, type Parts, STOP_TIMEOUT_MS } from './harness.ts';
import { testWorkflows } from './workflows.ts';

/** Soon enough for tests, and late enough for a machine that is busy. */
const HEARTBEAT_TIMEOUT_MS = 900;

/** Temporal on a development server in memory, each engine with a task queue of its own. */
export function temporal(): Harness {
  let started: Promise<TemporalServer> | undefined;
  return {
    name: 'Temporal',
    async create(first): Promise<EngineInTest> {
      started ??= startTemporalServer();
      const { address } = await started;
      const task_queue = `test-${process.pid}-${++queues}`;
      let isRunning = false;
      const in_test: EngineInTest = {
        engine: undefined as never,
        async launch(parts) {
          in_test.engine = createTemporal(address, task_queue, parts);
          await in_test.engine.launch();
          isRunning = true;
        },
        async stop(timeout_ms = STOP_TIMEOUT_MS) {
          if (isRunning) await in_test.engine.stop(timeout_ms);
          isRunning = false;
        },
        crashInStep: (workflow_id) => crashInProcess('temporal', `${address} ${task_queue}`, workflow_id),
        dispose: () => in_test.stop(),
      };
      await in_test.launch(first);
      return in_test;
    },
    close: async () => (await started)?.stop(),
  };
}

let queues = 0;

export function createTemporal(address: string, task_queue: string, parts: Parts): TemporalEngine {
  return new TemporalEngine({
    ...parts,
    address,
    task_queue,
    namespace: 'default',
    workflows: testWorkflows,
    workflows_path: new URL('./bundle.ts', import.meta.url).pathname,
    timing: {
      retry_first_delay_ms: parts.retry_first_delay_ms ?? 1,
      heartbeat_timeout_ms: HEARTBEAT_TIMEOUT_MS,
    },
    workflows_max: 10,
    logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
  });
}
