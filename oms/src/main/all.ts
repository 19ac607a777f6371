import { relative } from 'node:path';
import { reachableAddresses } from '@oms/kit/http/addresses.ts';
import { listen } from '@oms/kit/http/listen.ts';
import { isLoopback } from '@oms/kit/http/loopback.ts';
import { createLogger } from '@oms/kit/logger.ts';
import { type Run, runUntilStopped } from '@oms/kit/main/run.ts';
import { Screen } from '@oms/kit/main/screen.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { createSandbox } from '@oms/sandbox/sandbox.ts';
import { type Config, describeSettings, loadConfig } from '../config/config.ts';
import { dataFolder } from '../config/data_folder.ts';
import { createContext } from '../context.ts';
import type { TemporalServer } from '../engine/temporal/server.ts';
import { describeHandover, type Handover } from '../handover/take_over.ts';
import { migrate } from '../migrations.ts';
import { readInvoices } from '../play/invoices.ts';
import { SAMPLE } from '../play/play.ts';
import { registerWebhook } from '../shipping/easypost_webhook.ts';
import { requireTemporalPackages } from '../temporal_packages.ts';
import { findApiKey, openDatabase } from './database.ts';
import { playOnce } from './first_play.ts';
import { startOperationsServer } from './operations_server.ts';
import { version } from './version.ts';

const HELP = `npm start: the whole service in one process, with an embedded PostgreSQL unless a URL is given.
The first start on a new data folder plays sample orders through the API.

Options:
  --engine <engine>   what makes orders durable: embedded (the default), or temporal; the same as ORDERPROCESSING_ENGINE
  --help              this text

Settings, as environment variables:
${describeSettings()}`;

await runUntilStopped({
  help: HELP,
  options: { engine: 'ORDERPROCESSING_ENGINE' },
  loadConfig,
  start,
});

async function start({ config, stack, stopped, fail }: Run<Config>): Promise<void> {
  if (config.engine === 'temporal') requireTemporalPackages();
  const started_at = performance.now();
  const logger = createLogger(config.log_level);
  const screen = new Screen(process.stdout);
  screen.title(`Order Processing ${version()}`);
  const onRestart = (line: string) => {
    screen.line(`  ${line}`);
    logger.error(line);
  };

  const database = await screen.step(
    'Database',
    () => openDatabase(config, { onRestart, onGiveUp: fail }),
    ({ description }) => description,
  );
  stack.defer(() => database.close());
  stopped.throwIfAborted();
  await screen.step(
    'Schema',
    () => migrate(database.url),
    (names) => (names.length > 0 ? `migrated: ${names.join(', ')}` : 'up to date'),
  );
  stopped.throwIfAborted();

  const temporal =
    config.engine === 'temporal' && !config.temporal_address
      ? await screen.step(
          'Temporal',
          () => startTemporal({ config, stack, fail, screen, onRestart }),
          describeServer,
        )
      : undefined;
  if (temporal) {
    config.temporal_address = temporal.address;
    config.temporal_ui_url ??= temporal.ui_url;
  }
  stopped.throwIfAborted();

  const isSandboxed = config.sandbox && !config.stripe_url && !config.easypost_url;
  const sandbox_url = config.sandbox
    ? await screen.step('Sandbox', () => startSandbox(config, database.url, stack), String)
    : undefined;
  if (sandbox_url) {
    config.stripe_url ??= sandbox_url;
    config.easypost_url ??= sandbox_url;
  }
  stopped.throwIfAborted();

  const api_key = findApiKey(config);
  let metrics_url = '';
  let handed: Handover | undefined;
  const address = await screen.step(
    'Service',
    async () => {
      const options = { config, database_url: database.url, api_key, logger };
      const context = await createContext({ ...options, owns_temporal: temporal !== undefined });
      stack.defer(() => context.stop());
      const operations = await startOperationsServer({ config, metrics: () => context.metrics(), logger });
      stack.defer(() => operations.stop());
      metrics_url = `${operations.url}/metrics`;
      handed = await context.startWorker();
      return context.listen();
    },
    String,
  );
  if (handed) screen.row('Handover', describeHandover(handed));
  stopped.throwIfAborted();

  if (sandbox_url && config.easypost_url === sandbox_url && config.easypost_webhook_secret) {
    const { easypost_key: key, easypost_webhook_secret: secret } = config;
    await registerWebhook({ key, url: sandbox_url, secret, address });
  }

  // Real providers would take real money for orders that nobody placed.
  if (config.play_orders && database.folder && isSandboxed) {
    const invoices = readInvoices(SAMPLE);
    await playOnce(database.folder.play_unfinished, screen, { invoices, address, api_key, stopped });
  }

  const folder = dataFolder(config);
  screen.title(`Ready after ${((performance.now() - started_at) / 1000).toFixed(1)} s`);
  const [reachable = address, ...others] = reachableAddresses(config.host, address);
  screen.row('API', `${reachable}/api/v1/orders`);
  for (const other of others) screen.row('', `${other}/api/v1/orders`);
  screen.row('Reference', `${reachable}/docs`);
  if (sandbox_url) screen.row('Sandbox', `${sandbox_url}, stands in for Stripe and EasyPost`);
  if (temporal) screen.row('Workflows', temporal.ui_url!);
  screen.row('Metrics', metrics_url);
  if (database.folder) screen.row('Data', `${shorten(folder.path)}, emptied by npm run reset`);
  const key = config.api_key ? 'ORDERPROCESSING_API_KEY' : shorten(folder.api_key);
  screen.row('API key', isLoopback(config.host) ? key : `${key}; every request needs it, as X-API-Key`);
  screen.line('\nCtrl-C stops it; orders in flight go on at the next start.');
}

async function startTemporal({
  config,
  stack,
  fail,
  screen,
  onRestart,
}: Pick<Run<Config>, 'config' | 'stack' | 'fail'> & {
  screen: Screen;
  onRestart: (line: string) => void;
}): Promise<TemporalServer> {
  const { startTemporalServer } = await import('../engine/temporal/server.ts');
  const server = await startTemporalServer({
    port: config.temporal_port,
    ui_port: config.temporal_ui_port,
    database_file: dataFolder(config).temporal,
    onMake: (text) => screen.line(`  Fetching ${text}…`),
    keep: { onRestart, onGiveUp: fail },
  });
  stack.defer(() => server.stop());
  return server;
}

function describeServer({ address, origin }: TemporalServer): string {
  return `${address}, ${origin}`;
}

async function startSandbox(config: Config, database_url: string, stack: AsyncDisposableStack) {
  const pool = createPool({ url: database_url, max: 10, application_name: 'sandbox' });
  stack.defer(() => pool.end());
  const sandbox = createSandbox({ pool });
  stack.defer(() => sandbox.close());
  const settings = { host: 'ORDERPROCESSING_HOST', port: 'ORDERPROCESSING_SANDBOX_PORT' };
  return listen(sandbox, { host: '127.0.0.1', port: config.sandbox_port }, settings);
}

/** Paths below the folder in which the command was given are shown from there. */
function shorten(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
