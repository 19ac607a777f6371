import { writeFile } from 'node:fs/promises';
import { parseOptions } from '@oms/kit/main/options.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { FAULT_KINDS, type FaultKind } from './plan.ts';
import { render } from './report.ts';
import type { RunOptions } from './run.ts';

const HELP = `Breaks the service on purpose and shows that it keeps its promises.

API, worker and sandbox run as processes of their own on a PostgreSQL of their own, while clients place orders.
Processes are killed with SIGKILL, the database is stopped, crashed and its disk filled, connections are cut, delayed
and silenced (by toxiproxy, which Go builds once), the provider fails and lies. Then all is quiet: the orders must come
to their ends, the invariants hold, and what the clients were told be true. It removes what it made, and ends with 0
only then.

npm run chaos                           two minutes on the embedded engine
npm run chaos -- --engine temporal      the same on Temporal, with two workers

  --minutes n             how long it is broken, at most 60; by default 2. Coming to rest takes some more
  --seed n                which fault comes when; by default 7. The plan is the same for the same seed
  --orders-per-second n   how many the clients place, at most 200; by default 15, on Temporal 5
  --workers n             1 or, on Temporal, up to 4; by default 2 there
  --no-disk-full          fills no disk; otherwise it needs the right to mount a small one, and goes on without
  --only kinds            only these faults, with commas between: ${FAULT_KINDS.join(', ')}
  --json path             also writes the report to this file`;

try {
  const options = readOptions();
  if (options) process.exitCode = await runUntilStopped(options);
} catch (error) {
  const isClear = error instanceof OperatorError || error instanceof TypeError;
  console.error(isClear ? error.message : error);
  process.exitCode = 1;
}

type Options = Omit<RunOptions, 'tell' | 'stopped'> & { json: string | undefined };

function readOptions(): Options | undefined {
  const { values } = parseOptions({
    allowNegative: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      engine: { type: 'string', default: 'embedded' },
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string', default: '7' },
      'orders-per-second': { type: 'string' },
      workers: { type: 'string' },
      'disk-full': { type: 'boolean', default: true },
      only: { type: 'string' },
      json: { type: 'string' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  const { engine } = values;
  if (engine !== 'embedded' && engine !== 'temporal')
    throw new OperatorError('--engine is embedded or temporal.');
  const isEmbedded = engine === 'embedded';
  const integer = true;
  return {
    engine,
    minutes: number('minutes', values.minutes, { min: 0.1, max: 60 }),
    seed: number('seed', values.seed, { min: 0, max: 2 ** 31 - 1, integer }),
    orders_per_second: number('orders-per-second', values['orders-per-second'] ?? (isEmbedded ? '15' : '5'), {
      min: 0.1,
      max: 200,
    }),
    workers: number('workers', values.workers ?? (isEmbedded ? '1' : '2'), {
      ...{ min: 1, max: isEmbedded ? 1 : 4, integer },
    }),
    disk_full: values['disk-full'],
    only: values.only === undefined ? undefined : readKinds(values.only),
    json: values.json,
  };
}

function number(name: string, text: string, bounds: { min: number; max: number; integer?: boolean }): number {
  const value = Number(text);
  const isGood = value >= bounds.min && value <= bounds.max && (!bounds.integer || Number.isInteger(value));
  if (isGood) return value;
  const what = bounds.integer ? 'an integer' : 'a number';
  throw new OperatorError(`--${name} is ${what} from ${bounds.min} to ${bounds.max} here, not ${text}.`);
}

function readKinds(text: string): FaultKind[] {
  const kinds = text.split(',').map((kind) => kind.trim());
  const unknown = kinds.filter((kind) => !(FAULT_KINDS as string[]).includes(kind));
  if (unknown.length === 0) return kinds as FaultKind[];
  throw new OperatorError(`There is no fault ${unknown.join(', ')}. --help lists them.`);
}

async function runUntilStopped(options: Options): Promise<number> {
  // Only now, because it loads the whole service.
  const { run } = await import('./run.ts');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1);
      console.error('\nStopping, and removing what was made…');
      stop.abort();
    });
  }
  const began_ms = performance.now();
  const tell = (text: string) => {
    const elapsed_s = ((performance.now() - began_ms) / 1000).toFixed(1);
    console.error(`${elapsed_s.padStart(6)} s  ${text}`);
  };
  await using stack = new AsyncDisposableStack();
  try {
    const report = await run({ ...options, tell, stopped: stop.signal }, stack);
    console.log(`\n${render(report)}`);
    if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    return report.ok ? 0 : 1;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return 1;
  } finally {
    // Clients that are still at it end before what they talk to does.
    stop.abort();
  }
}
