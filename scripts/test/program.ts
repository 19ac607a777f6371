import { spawn } from 'node:child_process';

export interface Outcome {
  ok: boolean;
  /** What it wrote, where it was not shown as it came. */
  output: string;
}

/** Aborted by Ctrl-C and by a wish to end, so that what was started can be stopped first. */
export function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** Runs a program of Node's to its end. */
export function runNode(
  args: string[],
  options: { environment: NodeJS.ProcessEnv; stopped: AbortSignal; show: boolean },
): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = spawn(process.execPath, args, {
    env: options.environment,
    stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const stop = () => child.kill('SIGTERM');
  options.stopped.addEventListener('abort', stop);
  child.once('error', (error) => resolve({ ok: false, output: error.message }));
  child.once('close', (status) => {
    options.stopped.removeEventListener('abort', stop);
    resolve({ ok: status === 0, output });
  });
  return promise;
}
