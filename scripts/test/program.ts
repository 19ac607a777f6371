import { spawn } from 'node:child_process';

export interface Outcome {
  ok: boolean;
  /** What it wrote, where it was not shown as it came. */
  output: string;
}

const KILL_AFTER_MS = 5_000;

/** Aborted by Ctrl-C and by a wish to end, so that what was started can be stopped first. */
export function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** Runs a program of Node's to its end. When it is stopped, all that it started is stopped too. */
export function runNode(
  args: string[],
  options: { environment: NodeJS.ProcessEnv; stopped: AbortSignal; show: boolean },
): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const stdio = options.show ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, args, {
    env: options.environment,
    stdio: ['ignore', stdio, stdio],
    detached: true, // a process group, to stop as one
  });
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid) process.kill(-child.pid, name);
    } catch {
      // all of it has ended
    }
  };
  const stop = () => {
    child.kill('SIGTERM'); // the runner ends its tests and reports; what they started goes with the group
    setTimeout(() => signal('SIGKILL'), KILL_AFTER_MS).unref();
  };
  options.stopped.addEventListener('abort', stop);

  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  child.once('error', (error) => resolve({ ok: false, output: error.message }));
  child.once('close', (status) => {
    options.stopped.removeEventListener('abort', stop);
    if (options.stopped.aborted) signal('SIGKILL');
    resolve({ ok: status === 0, output });
  });
  return promise;
}
