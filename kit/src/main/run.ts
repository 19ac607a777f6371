import { parseArgs } from 'node:util';
import { OperatorError } from '../operator_error.ts';
import { explainFailure } from './explain_failure.ts';

const STOP_TIMEOUT_MS = 5_000;

export interface Program<Config> {
  /** Printed for `--help`. */
  help: string;
  /** Options of the command line, such as `--engine temporal`, each with the environment variable it stands for. */
  options?: Record<string, string>;
  loadConfig(environment: NodeJS.ProcessEnv): Config;
  /** Starts what the program runs, and ends soon once stopped. */
  start(run: Run<Config>): Promise<void>;
}

export interface Run<Config> {
  config: Config;
  /** Takes how to undo each thing that was started. */
  stack: AsyncDisposableStack;
  stopped: AbortSignal;
  /** Stops the program for something that went wrong after its start. */
  fail(error: unknown): void;
}

/**
 * Runs a program until it is told to stop: starts it, waits for Ctrl-C or SIGTERM, then undoes what was
 * started in reverse order. A second Ctrl-C, or a stop that takes too long, ends it at once.
 */
export async function runUntilStopped<Config>(program: Program<Config>): Promise<void> {
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
    try {
      await stack.disposeAsync();
    } catch (error) {
      console.error(`What was started did not stop in order. ${explainFailure(error)}`);
      process.exit(1);
    }
    if (wasAsked) console.log('Stopped.');
    process.exit(code);
  };
  const fail = (error: unknown) => {
    if (controller.signal.aborted) return;
    console.error(`\n${explainFailure(error)}`);
    void stop(1);
  };

  let config: Config;
  try {
    const environment = readArguments(program);
    if (!environment) return;
    config = program.loadConfig(environment);
  } catch (error) {
    return fail(error);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  started = program.start({ config, stack, stopped: controller.signal, fail });
  await started.catch(fail);
}

/** The environment with what the command line sets, or none where help was asked for. */
function readArguments({ help, options = {} }: Program<unknown>): NodeJS.ProcessEnv | undefined {
  const strings = Object.keys(options).map((name) => [name, { type: 'string' }] as const);
  try {
    const { values } = parseArgs({
      options: { ...Object.fromEntries(strings), help: { type: 'boolean', short: 'h' } },
    });
    const { help: isHelp, ...given } = values;
    if (!isHelp) {
      const settings = Object.entries(given).map(([name, value]) => [options[name], String(value)]);
      return { ...process.env, ...Object.fromEntries(settings) };
    }
  } catch (cause) {
    throw new OperatorError(`${(cause as Error).message}\n--help lists what there is.`, { cause });
  }
  console.log(help);
  return undefined;
}
