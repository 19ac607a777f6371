import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@oms/kit/net.ts';
import { bareEnvironment, stopProcess } from './child.ts';

export interface Service {
  pid: number;
  url: string;
  sandbox_url: string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 10;

/**
 * Starts the service as `npm start` does.
 * @param environment its settings; ports are chosen here
 * @param sandbox in the service's process, as by default, or in one of its own
 */
export async function startService(
  environment: Record<string, string>,
  options: { sandbox?: 'inside' | 'apart'; node_options?: string[] } = {},
): Promise<Service> {
  const [port, sandbox_port] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const sandbox_url = `http://127.0.0.1:${sandbox_port}`;
  const ports = {
    ORDERPROCESSING_PORT: String(port),
    ORDERPROCESSING_SANDBOX_PORT: String(sandbox_port),
    ORDERPROCESSING_METRICS_PORT: '0',
  };
  const apart = options.sandbox === 'apart';
  const sandbox = apart
    ? run('../../sandbox/src/main.ts', {
        ORDERPROCESSING_DATABASE_URL: environment.ORDERPROCESSING_DATABASE_URL!,
        ORDERPROCESSING_SANDBOX_PORT: String(sandbox_port),
      })
    : undefined;
  if (sandbox) await untilReady(`${sandbox_url}/health`, sandbox);
  const service = run(
    '../../oms/src/main/all.ts',
    {
      ORDERPROCESSING_PLAY_ORDERS: 'false',
      ORDERPROCESSING_LOG_LEVEL: 'error',
      ...ports,
      ...(apart && {
        ORDERPROCESSING_SANDBOX: 'false',
        ORDERPROCESSING_STRIPE_KEY: 'sk_test_bench',
        ORDERPROCESSING_STRIPE_URL: sandbox_url,
        ORDERPROCESSING_EASYPOST_KEY: 'EZTKbench',
        ORDERPROCESSING_EASYPOST_URL: sandbox_url,
      }),
      ...environment,
    },
    options.node_options,
  );
  await untilReady(`${url}/health`, service);
  return {
    pid: service.pid!,
    url,
    sandbox_url,
    async stop() {
      await stopProcess(service);
      if (sandbox) await stopProcess(sandbox);
    },
  };
}

function run(path: string, environment: Record<string, string>, node_options: string[] = []): ChildProcess {
  return spawn(process.execPath, [...node_options, fileURLToPath(new URL(path, import.meta.url))], {
    env: { ...bareEnvironment(), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function untilReady(url: string, process_: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (process_.exitCode !== null) throw new Error(`what serves ${url} ended with ${process_.exitCode}`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      if (Date.now() > deadline) throw new Error(`${url} was not served within ${READY_TIMEOUT_MS} ms`);
    }
    await delay(POLL_MS);
  }
}
