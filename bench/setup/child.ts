import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of the bench, asked by messages. */
export interface Child {
  pid: number;
  // biome-ignore lint/suspicious/noExplicitAny: each child knows its own questions
  ask<Result>(question: string, input?: any): Promise<Result>;
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts a file of `bench/children`, and waits until it can be asked.
 * @param environment instead of our own variables with the service's prefix
 */
export async function startChild(
  name: string,
  environment: Record<string, string> = {},
  node_options: string[] = [],
): Promise<Child> {
  const process_ = fork(new URL(`../children/${name}.ts`, import.meta.url), {
    env: { ...bareEnvironment(), ...environment },
    execArgv: node_options,
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let questions = 0;
  const ready = new Promise<void>((resolve, reject) => {
    process_.on('message', ({ id, result, error }: Message) => {
      if (id === 0) return resolve();
      const asker = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) asker?.resolve(result);
      else asker?.reject(new Error(`${name}: ${error}`));
    });
    process_.once('exit', (code, signal) => {
      const ended = new Error(`${name} ended with ${signal ?? code}`);
      reject(ended);
      for (const asker of waiting.values()) asker.reject(ended);
    });
  });
  await ready;
  return {
    pid: process_.pid!,
    ask: <Result>(question: string, input: unknown = {}) =>
      new Promise<Result>((resolve, reject) => {
        const id = ++questions;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        process_.send({ id, question, input });
      }),
    stop: () => stopProcess(process_),
  };
}

/** Ends a process kindly, and by force when it takes too long. */
export async function stopProcess(process_: ChildProcess): Promise<void> {
  if (process_.exitCode !== null || process_.signalCode !== null) return;
  const exited = once(process_, 'exit');
  const force = setTimeout(() => process_.kill('SIGKILL'), STOP_TIMEOUT_MS);
  process_.kill('SIGTERM');
  await exited;
  clearTimeout(force);
}

/** Our own environment without the settings that the machine's user made for the services. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ORDERPROCESSING|BLOG)_|^PORT$/.test(name)),
  );
}

interface Message {
  id: number;
  result?: unknown;
  error?: string;
}
