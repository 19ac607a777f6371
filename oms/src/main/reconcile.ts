import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFailure } from '@oms/kit/main/explain_failure.ts';
import { parseOptions } from '@oms/kit/main/options.ts';
import { Screen } from '@oms/kit/main/screen.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { isDatabaseUnavailable } from '@oms/kit/postgres/errors.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { dataFolder } from '../config/data_folder.ts';
import { createProviders } from '../context.ts';
import { StepError } from '../errors.ts';
import { reconcile, Unfinished } from '../reconcile/reconcile.ts';
import { render, type Summary, summarise, toJson } from '../reconcile/report.ts';
import { State } from '../reconcile/state.ts';
import { liveSystem } from './live_system.ts';
import { withProviders } from './providers.ts';

const HELP = `Compares all ended orders with the providers' own lists: payments, holds, refunds and parcels.

npm run reconcile                          lists what differs, with advice, and changes nothing
npm run reconcile -- --repair              also mends what is safe without a person
npm run reconcile -- --repair --dry-run    lists what --repair would mend, and changes nothing

  --since <date>   only orders placed then or later, as in 2026-01-31 or 2026-01-31T12:00:00Z
  --json <file>    also writes the whole report there
  --restart        begins anew where an interrupted run could go on

It may run while the service works. Lists are read page by page into a file in the data folder. A run that was
interrupted goes on by itself when the same command is given within a day, and says so; Ctrl-C stops it between
two pages.

Safe is to give back what a cancelled order still holds, keeps or ships, and to write down what a provider's
record proves. The money and the parcel of a completed order are never moved: a person decides.

It ends with 0 when nothing differs or all of it was mended, with 1 when differences are left, with 2 when it was
stopped or could not go on. Which system it looks at: as npm run verify -- --help says.`;

const options = {
  help: { type: 'boolean', short: 'h' },
  repair: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  since: { type: 'string' },
  json: { type: 'string' },
  restart: { type: 'boolean' },
} as const;

type Arguments = ReturnType<typeof parseOptions<{ options: typeof options }>>['values'];

const STATEMENT_TIMEOUT_MS = 60_000;
const CONNECTIONS_MAX = 4;

try {
  const { values } = parseOptions({ options });
  if (values.help) console.log(HELP);
  else process.exitCode = (await run(loadConfig(process.env), values)).ok ? 0 : 1;
} catch (error) {
  console.error(explain(error));
  process.exitCode = 2;
}

function explain(error: unknown): string {
  const goes_on = 'The same command goes on from here.';
  if (error instanceof StepError) return `${error.detail} ${goes_on}`;
  if (error instanceof Unfinished) return `${error.message} ${goes_on}`;
  if (isDatabaseUnavailable(error)) return `The database cannot be reached: ${describe(error)} ${goes_on}`;
  return explainFailure(error);
}

/** A refused connection has a code only. */
function describe(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return `${message || code}.`;
}

async function run(config: Config, values: Arguments): Promise<Summary> {
  const since = readSince(values.since);
  const { database_url, stripe, easypost } = liveSystem(config);
  const pool = createPool({
    url: database_url,
    max: CONNECTIONS_MAX,
    application_name: 'reconcile',
    statement_timeout_ms: STATEMENT_TIMEOUT_MS,
  });
  const folder = dataFolder(config).reconciliation;
  mkdirSync(folder, { recursive: true });
  const screen = new Screen(process.stdout);
  const state = new State(join(folder, 'run.sqlite'));
  try {
    const compared = await reconcile(
      {
        pool,
        ...createProviders(withProviders(config)),
        database: nameOf(config),
        stripe,
        easypost,
        since,
        repair: (values.repair ?? false) && !values['dry-run'],
        restart: values.restart ?? false,
        stopped: stoppedByUser(),
        show: { begin: (text) => screen.line(text), stage: screen.stage },
      },
      state,
    );
    const mode = values['dry-run'] ? 'dry_run' : values.repair ? 'repair' : 'list';
    const summary = summarise(state, compared, mode);
    if (values.json) await write(values.json, toJson(summary, state.findings()));
    for (const line of render(summary, state.findings())) screen.line(line);
    state.remove();
    return summary;
  } finally {
    state.close();
    await pool.end();
  }
}

async function write(path: string, text: Iterable<string>): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const hint = 'The same command with another --json goes on from here.';
    throw new OperatorError(`The report cannot be written: ${(cause as Error).message}. ${hint}`, { cause });
  }
}

/** An embedded database may have another port at each start. */
function nameOf(config: Config): string {
  if (!config.database_url) return dataFolder(config).path;
  const { host, pathname } = new URL(config.database_url);
  return host + pathname;
}

function readSince(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const since = new Date(text);
  if (!Number.isNaN(since.getTime())) return since;
  throw new OperatorError(`--since ${text} is no time. Write it as 2026-01-31 or 2026-01-31T12:00:00Z.`);
}

/** A second Ctrl-C ends the process at once. */
function stoppedByUser(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
