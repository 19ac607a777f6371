import { OperatorError } from '@oms/kit/operator_error.ts';

const STOP_TIMEOUT_MS = 5_000;

/**
 * Runs a program until it is told to stop: starts it, waits for Ctrl-C or SIGTERM, then undoes what was
 * started in reverse order. A second Ctrl-C, or a stop that takes too long, ends it at once.
 * @param help printed for `--help`
 * @param start registers with the stack how to undo each thing that it starts, and ends soon once stopped
 */
export async function runUntilStopped(
  help: string,
  start: (stack: AsyncDisposableStack, stopped: AbortSignal) => Promise<void>,
) {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(help);
    return;
  }
  // A terminal that was closed must not keep the program from stopping in order.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  const stack = new AsyncDisposableStack();
  const controller = new AbortController();
  let started: Promise<void> | undefined;
  const stop = async (code: number) => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
    const wasAsked = code === 0;
    if (wasAsked) console.log('\nStopping…');
    setTimeout(() => {
      console.error('Stopping took too long; what was in flight goes on at the next start.');
      process.exit(1);
    }, STOP_TIMEOUT_MS).unref();
    // What is being started right now must be known to the stack before it is undone.
    await started?.catch(() => {});
    await stack.disposeAsync();
    if (wasAsked) console.log('Stopped.');
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  started = start(stack, controller.signal);
  try {
    await started;
  } catch (error) {
    if (controller.signal.aborted) return;
    console.error(`\n${explain(error)}`);
    await stop(1);
  }
}

function explain(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
