import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after } from 'node:test';

export interface RunningProgram {
  child: ChildProcess;
  /** The status it ended with. */
  ended: Promise<number | null>;
  /** All that it has written. */
  output(): string;
  /** Waits until it has written what is awaited, and gives the first group of it. */
  says(awaited: RegExp): Promise<string>;
}

const PROJECT = join(import.meta.dirname, '../../..');
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a program of the project as a user does, in a process of its own that ends with the test at the latest. */
export function startProgram(
  path: string,
  settings: Record<string, string>,
  args: string[] = [],
  project = PROJECT,
): RunningProgram {
  const child = spawn(process.execPath, [join(project, path), ...args], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close').then(([status]) => {
    running.delete(child);
    return status as number | null;
  });
  return {
    child,
    ended,
    output: () => output,
    async says(awaited) {
      for (;;) {
        const found = awaited.exec(output);
        if (found) return found[1] ?? found[0];
        const status = await Promise.race([ended, once(child.stdout, 'data').then(() => 'on')]);
        if (status !== 'on') throw new Error(`it ended with ${status}:\n${output}`);
      }
    },
  };
}
