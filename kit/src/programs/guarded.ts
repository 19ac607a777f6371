import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** A server that runs as a child of this process. */
export interface Guarded {
  /** Settles with what it ended with: its status, a signal, or why it could not be started. */
  ended: Promise<string>;
  /** What it wrote last, oldest first. */
  lastLines(count: number): string[];
  /** Asks it to end, and ends it after the time. */
  stop(timeout_ms: number): Promise<void>;
  /** Ends it as `kill -9` does. */
  kill(): void;
}

const LINES_KEPT = 50;
const LINE_CHARACTERS_MAX = 500;
const OUTPUT_WAIT_MS = 200;

/**
 * Stops the server as soon as descriptor 3 is closed, which is when the parent says so or has died, however that
 * happened. What the server writes is for its own user.
 */
const GUARD = `
umask 077
"$@" 3<&- &
server=$!
(cat <&3 >/dev/null 2>&1; kill -TERM "$server" 2>/dev/null) &
guard=$!
wait "$server"
status=$?
kill "$guard" 2>/dev/null
exit "$status"`;

/**
 * Starts a server that never outlives this process, not even when that is killed. It has a session of its own, so
 * that Ctrl-C in a terminal reaches this process alone, which then stops it when all else is done.
 * @param options.environment of the server, instead of this process's own
 */
export function startGuarded(
  program: string,
  args: string[],
  options: { environment?: NodeJS.ProcessEnv } = {},
): Guarded {
  const child = spawn('sh', ['-c', GUARD, 'sh', program, ...args], {
    detached: true,
    ...(options.environment && { env: options.environment }),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const lifeline = child.stdio[3] as Duplex;
  lifeline.on('error', () => {});
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const written = text.split('\n').filter((line) => line.trim() !== '');
      lines.push(...written.map((line) => line.slice(0, LINE_CHARACTERS_MAX)));
      lines.splice(0, lines.length - LINES_KEPT);
    });
  }
  child.once('exit', () => lifeline.destroy());
  const ended = end(child);

  return {
    ended,
    lastLines: (count) => lines.slice(-count),
    async stop(timeout_ms) {
      lifeline.destroy();
      const kill = setTimeout(() => killGroup(child.pid), timeout_ms);
      await ended;
      clearTimeout(kill);
    },
    kill() {
      if (child.exitCode === null && child.signalCode === null) killGroup(child.pid);
    },
  };
}

/** What the server wrote last may still be on its way when it has ended. */
async function end(child: ChildProcess): Promise<string> {
  const closed = once(child, 'close');
  closed.catch(() => {});
  try {
    const [status, signal] = await once(child, 'exit');
    await Promise.race([closed, delay(OUTPUT_WAIT_MS)]);
    return signal ? String(signal) : `status ${status}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}
