import { explainFailure } from '@oms/kit/main/explain_failure.ts';
import { parseOptions } from '@oms/kit/main/options.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { type Config, loadConfig, variableName } from '../config/config.ts';
import { connect } from '../engine/temporal/connect.ts';
import { type Version, Versions } from '../engine/temporal/versions.ts';
import { temporalAddress } from './temporal_address.ts';

const HELP = `Versions of the workers' code, running beside each other on Temporal; docs/versions.md tells how to use them.

npm run engine -- versions                       lists them: what each takes and still carries
npm run engine -- promote <build> [--percent n]  lets it take all new orders, or n of a hundred; 0 takes the share back
npm run engine -- retire <build>                 forgets it; refused while it takes orders or carries any

Options:
  --engine <engine>   the same as ORDERPROCESSING_ENGINE
  --json              the versions as JSON, for programs
  --help              this text

It ends with 1 when it refuses. The server is ${variableName('temporal_address')}, by default the one that
npm start runs. A worker's version is its ${variableName('temporal_build_id')}.`;

class UsageError extends OperatorError {}

try {
  const { values, positionals } = parseOptions({
    options: {
      help: { type: 'boolean', short: 'h' },
      engine: { type: 'string' },
      json: { type: 'boolean' },
      percent: { type: 'string' },
    },
    allowPositionals: true,
  });
  if (values.help) console.log(HELP);
  else {
    const { engine, percent, json = false } = values;
    const config = loadConfig({ ...process.env, ...(engine && { ORDERPROCESSING_ENGINE: engine }) });
    await run(toCommand(positionals, percent), config, json);
  }
} catch (error) {
  console.error(explainFailure(error));
  if (error instanceof UsageError) console.error('\nnpm run engine -- --help tells more.');
  process.exitCode = 1;
}

/** What to do, which yields what to say. */
type Command = (versions: Versions) => Promise<string>;

function toCommand([name = 'versions', build_id, ...rest]: string[], percent?: string): Command {
  if (!['versions', 'promote', 'retire'].includes(name)) throw new UsageError(`There is no ${name} here.`);
  if (rest.length > 0 || (name === 'versions' && build_id)) throw new UsageError('These are too many words.');
  if (percent !== undefined && name !== 'promote') throw new UsageError('Only promote takes --percent.');
  if (name === 'versions') return async () => '';
  if (build_id === undefined) throw new UsageError(`Which version is to be ${name}d?`);
  if (name === 'retire') {
    return async (versions) => {
      await versions.retire(build_id);
      return `Version ${build_id} is retired.`;
    };
  }
  const share = Number(percent ?? 100);
  if (!/^\d{1,3}$/.test(percent ?? '100') || share > 100) {
    throw new UsageError(`--percent is a whole number from 0 to 100, not ${percent}.`);
  }
  return async (versions) => {
    await versions.promote(build_id, share);
    return `Version ${build_id} takes ${share === 100 ? 'all' : `${share} %`} of new orders.`;
  };
}

async function run(command: Command, config: Config, as_json: boolean): Promise<void> {
  requireVersions(config);
  const { namespace, ...server } = temporalAddress(config);
  const connection = await connect(server);
  try {
    const versions = new Versions({ connection, namespace });
    const said = await command(versions);
    const list = await versions.list();
    if (as_json) console.log(JSON.stringify(list, null, 2));
    else console.log(`${said ? `${said}\n\n` : ''}${render(list)}`);
  } finally {
    await connection.close();
  }
}

function requireVersions(config: Config): void {
  if (config.engine === 'embedded' && !config.temporal_address) {
    throw new OperatorError(
      'The embedded engine has one version: the one that runs. An order that a stop has parked goes on with the next,\n' +
        `so changes of workflows need patches only. On Temporal: npm run engine -- versions --engine temporal`,
    );
  }
}

function render(versions: Version[]): string {
  if (versions.length === 0) {
    return `No worker has a version. Start workers with ${variableName('temporal_build_id')}, such as a release or commit.`;
  }
  const rows = versions.map((version) => [
    version.build_id,
    version.state,
    `${version.percent} %`,
    String(version.running_orders),
    String(version.workers),
    version.since.slice(0, 16).replace('T', ' '),
  ]);
  const stuck = versions.filter(({ running_orders, workers }) => running_orders > 0 && workers === 0);
  return [
    table([['version', 'state', 'takes', 'running orders', 'workers', 'since (UTC)'], ...rows]),
    ...stuck.map(
      ({ build_id }) =>
        `\nThe orders of version ${build_id} stand still: no worker of it runs. Start one, until they have ended.`,
    ),
  ].join('\n');
}

function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
