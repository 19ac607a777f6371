import { ConfigError } from '../config/config.ts';

const STOP_TIMEOUT_MS = 5_000;

/**
 * Runs a program until it is told to stop: starts it, waits for Ctrl-C or SIGTERM, then undoes what was
 * started in reverse order. A second Ctrl-C, or a stop that takes too long, ends it at once.
 * @param help printed for `--help`
 * @param start registers with the stack how to undo each thing that it starts
 */
export async function runUntilStopped(help: string, start: (stack: AsyncDisposableStack) => Promise<void>) {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(help);
    return;
  }
  const stack = new AsyncDisposableStack();
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => {
      console.error('Stopping took too long; what was in flight goes on at the next start.');
      process.exit(1);
    }, STOP_TIMEOUT_MS).unref();
    await stack.disposeAsync();
    process.exit(code);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  try {
    await start(stack);
  } catch (error) {
    console.error(explain(error));
    await stop(1);
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
