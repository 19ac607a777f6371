import { runUntilStopped } from '@oms/kit/main/run.ts';
import { Screen } from '@oms/kit/main/screen.ts';
import pino from 'pino';
import { describeSettings, loadConfig } from '../config/config.ts';
import { createWorker } from '../context.ts';
import { findSharedDatabase } from './database.ts';
import { startHealthServer } from './health_server.ts';
import { withProviders } from './providers.ts';
import { version } from './version.ts';

const HELP = `npm run worker: carries orders, and takes none.

Any number of them may run on Temporal (--engine temporal, ORDERPROCESSING_TEMPORAL_ADDRESS), one on the embedded engine.
It needs ORDERPROCESSING_DATABASE_URL, on a database that npm run migrate has brought up to date, and payment
provider and carrier: their keys and ORDERPROCESSING_SANDBOX=false, or npm run sandbox.

Options:
  --engine <engine>   the same as ORDERPROCESSING_ENGINE
  --help              this text

Settings, as environment variables:
${describeSettings()}`;

await runUntilStopped({
  help: HELP,
  options: { engine: 'ORDERPROCESSING_ENGINE' },
  loadConfig,
  async start({ config, stack, stopped }) {
    const logger = pino({ level: config.log_level }, pino.destination(2));
    const screen = new Screen(process.stdout);
    screen.title(`Order Processing ${version()}, worker`);

    const database = await screen.step(
      'Database',
      () => findSharedDatabase(config),
      ({ description }) => description,
    );
    stopped.throwIfAborted();
    const full = withProviders(config);
    await screen.step(
      'Engine',
      async () => {
        const worker = createWorker({ config: full, database_url: database.url, logger });
        stack.defer(() => worker.stop());
        await worker.start();
        return config.engine;
      },
      (name) => (config.temporal_address ? `${name}, ${config.temporal_address}` : name),
    );
    stopped.throwIfAborted();
    await screen.step(
      'Health',
      async () => {
        const health = await startHealthServer(config);
        stack.defer(() => health.stop());
        return health.url;
      },
      String,
    );
    const { temporal_build_id: build_id } = config;
    if (build_id) screen.row('Version', `${build_id}; npm run engine -- versions shows what it takes`);
    screen.row('Payments', full.stripe_url ?? 'Stripe');
    screen.row('Parcels', full.easypost_url ?? 'EasyPost');
    screen.line('\nCtrl-C stops it; orders in flight go on with another worker, or at the next start.');
  },
});
