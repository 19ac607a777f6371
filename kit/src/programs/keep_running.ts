import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '../operator_error.ts';

/** A server that this process has started and needs. */
export interface OwnServer {
  /** For people, such as `PostgreSQL`. */
  name: string;
  /** Settles with why it has ended, as soon as it has. */
  ended(signal: AbortSignal): Promise<string>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
}

export interface KeepRunningOptions {
  /** Called with a line for people before each new start. */
  onRestart: (line: string) => void;
  /** Called when the server ended too often, or can no longer be started; then it is left alone. */
  onGiveUp: (error: OperatorError) => void;
  /** Called when it has been started again. */
  onStarted?: () => Promise<void>;
  first_delay_ms?: number;
}

const RESTARTS_MAX = 5;
/** Restarts longer ago do not count. */
const WINDOW_MS = 5 * 60 * 1000;
const FIRST_DELAY_MS = 200;
const DELAY_MAX_MS = 5_000;

/**
 * Starts a server again whenever it has ended by itself, at most five times within five minutes, with growing delays.
 * @returns how to end that, to be called before the server is stopped
 */
export function keepRunning(server: OwnServer, options: KeepRunningOptions): () => Promise<void> {
  const controller = new AbortController();
  const done = watch(server, options, controller.signal).catch((error) => {
    if (controller.signal.aborted) return;
    const detail = error instanceof Error ? error.message : String(error);
    options.onGiveUp(
      new OperatorError(`${server.name} can no longer be watched: ${detail}`, { cause: error }),
    );
  });
  return async () => {
    controller.abort();
    await done;
  };
}

async function watch(server: OwnServer, options: KeepRunningOptions, stopped: AbortSignal): Promise<void> {
  const { onRestart, onGiveUp, first_delay_ms = FIRST_DELAY_MS } = options;
  let restarts: number[] = [];
  const isStopped = new Promise<string>((resolve) => {
    if (stopped.aborted) resolve('stopped');
    stopped.addEventListener('abort', () => resolve('stopped'));
  });
  const ended = () => Promise.race([isStopped, server.ended(stopped)]);
  let reason = await ended();
  while (!stopped.aborted) {
    const now = performance.now();
    restarts = restarts.filter((time) => now - time < WINDOW_MS);
    if (restarts.length >= RESTARTS_MAX) {
      const detail = `ended ${restarts.length + 1} times within ${WINDOW_MS / 60_000} minutes`;
      return onGiveUp(new OperatorError(`${server.name} ${detail}, at last with: ${reason}`));
    }
    onRestart(`${server.name} has ended (${reason}) and is started again.`);
    await delay(Math.min(first_delay_ms * 2 ** restarts.length, DELAY_MAX_MS), undefined, {
      signal: stopped,
    });
    restarts.push(now);
    try {
      await server.start();
      await options.onStarted?.();
    } catch (error) {
      reason = (error as Error).message;
      continue;
    }
    reason = await ended();
  }
}
