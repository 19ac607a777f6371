import { parseOptions } from '@oms/kit/main/options.ts';
import { acceptance } from './parts/acceptance.ts';
import { blog } from './parts/blog.ts';
import { completion } from './parts/completion.ts';
import { footprint } from './parts/footprint.ts';
import { temporal } from './parts/temporal.ts';
import { waiting } from './parts/waiting.ts';
import { describeMachine, describePostgres } from './report/machine.ts';
import { render, updateReadme } from './report/report.ts';
import type { Bench, Part, Row } from './setup/bench.ts';
import { startServer } from './setup/server.ts';
import { STATISTICS_SETTINGS } from './setup/statements.ts';

const HELP = `Measures the service on this machine, with everything on it: load, service, sandbox and a throw-away
PostgreSQL with its production settings. It takes about five minutes, removes what it made, and ends with 1 when an
aim is missed or an invariant does not hold.

npm run bench                       all parts; writes the figures into bench/README.md
npm run bench -- --part a           one part, or several: --part a --part d; writes nothing
npm run bench -- --seconds 10       shorter measurements; writes nothing
npm run bench -- --engine temporal  orders per second on Temporal, against empty workflows; writes its own figures
npm run bench -- --part waiting     a new order's time while 10,000 that waited go on, about 15 minutes; writes its figures
npm run bench -- --blog             posts read and written by the blog, against the bare driver; writes its figures

  --part a      orders accepted per second, against the database's own limit for the same statement
  --part b      orders completed per second, and, as c, their time from accepted to completed at half that rate
  --part d      the time from start to first order, and the memory under load
  --seconds n   length of each measurement; by default 60 for b and c, 10 for each round of a, 30 for d
  --connections n   how many requests are under way at once in a; by default 32
  --folder path     where the data goes, by default the folder for temporary files; it should be a real disk
  --set name=value  a setting of the service, such as workflows_max=32
  --set-database name=value   a setting of PostgreSQL, such as checkpoint_timeout=15min
  --statements      prints what the database's statements cost in b
  --cpu-profile path   writes a profile of the service's process to this folder`;

const PARTS: Record<string, Part> = { a: acceptance, b: completion, d: footprint, temporal, waiting };
const DEFAULT_PARTS = ['a', 'b', 'd'];

const { values } = parseOptions({
  options: {
    help: { type: 'boolean', short: 'h' },
    part: { type: 'string', multiple: true },
    engine: { type: 'string' },
    blog: { type: 'boolean' },
    seconds: { type: 'string' },
    connections: { type: 'string' },
    folder: { type: 'string' },
    'cpu-profile': { type: 'string' },
    statements: { type: 'boolean' },
    'set-database': { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
  },
});

if (values.help) console.log(HELP);
else if (values.blog) process.exitCode = await runBlog(readNumber(values.seconds));
else process.exitCode = await run(readParts(values.part), readNumber(values.seconds));

/** The parts asked for, or all; c needs b's rate and comes with it. */
function readParts(given: string[] = values.engine ? [values.engine] : DEFAULT_PARTS): string[] {
  return [...new Set(given.map((name) => (name === 'c' ? 'b' : name)))];
}

async function run(names: string[], seconds: number | undefined): Promise<number> {
  const unknown = names.filter((name) => !PARTS[name]);
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}. --help lists them.`);
    return 1;
  }
  await using stack = stoppedBySignals();

  const server = await startServer(values.folder, {
    ...(values.statements && STATISTICS_SETTINGS),
    ...readPairs(values['set-database'] ?? []),
  });
  stack.defer(() => server.stop());
  const bench: Bench = {
    server,
    stack,
    seconds,
    connections: readNumber(values.connections) ?? 32,
    profile_folder: values['cpu-profile'],
    settings: toEnvironment(readPairs(values.set ?? [])),
    folder: values.folder,
  };
  const rows: Row[] = [];
  for (const name of names) rows.push(...(await PARTS[name]!(bench)));

  const arguments_ = process.argv.slice(2).join(' ');
  const section = {
    '': 'figures',
    '--engine temporal': 'figures on Temporal',
    '--part waiting': 'figures of waiting orders',
  }[arguments_];
  return conclude(rows, await describePostgres(server), section);
}

async function runBlog(seconds: number | undefined): Promise<number> {
  await using stack = stoppedBySignals();
  const connections = readNumber(values.connections) ?? 8;
  const rows = await blog({ stack, seconds, connections, folder: values.folder });
  const isWhole = process.argv.length === 3;
  return conclude(rows, 'FerretDB 1.24.0 on SQLite', isWhole ? 'figures of the blog' : undefined);
}

function stoppedBySignals(): AsyncDisposableStack {
  const stack = new AsyncDisposableStack();
  const stop = () => void stack.disposeAsync().then(() => process.exit(1));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return stack;
}

/** @param section of the README that the figures are written into */
async function conclude(rows: Row[], store: string, section: string | undefined): Promise<number> {
  const report = render(rows, describeMachine(store));
  console.log(`\n${report}`);
  if (section) await updateReadme(section, report);
  return rows.some((row) => row.is_met === false) ? 1 : 0;
}

function readPairs(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    }),
  );
}

function toEnvironment(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`ORDERPROCESSING_${name.toUpperCase()}`, value]),
  );
}

function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new TypeError(`${text} is not a positive number. --help tells more.`);
}
