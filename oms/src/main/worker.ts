import { createLogger } from '@oms/kit/logger.ts';
import { runUntilStopped } from '@oms/kit/main/run.ts';
import { Screen } from '@oms/kit/main/screen.ts';
import { describeSettings, loadConfig } from '../config/config.ts';
import { createWorker } from '../context.ts';
import { describeHandover, type Handover } from '../handover/take_over.ts';
import { findSharedDatabase } from './database.ts';
import { ENGINE_SCHEMA } from './database_check.ts';
import { startOperationsServer } from './operations_server.ts';
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
    const logger = createLogger(config.log_level);
    const screen = new Screen(process.stdout);
    screen.title(`Order Processing ${version()}, worker`);

    const database = await screen.step(
      'Database',
      () => findSharedDatabase(config, config.engine === 'embedded' ? { schemas: [ENGINE_SCHEMA] } : {}),
      ({ description }) => description,
    );
    stopped.throwIfAborted();
    const full = withProviders(config);
    let handed: Handover | undefined;
    const worker = await screen.step(
      'Engine',
      async () => {
        const made = await createWorker({ config: full, database_url: database.url, logger });
        stack.defer(() => made.stop());
        handed = await made.start();
        return made;
      },
      () => (config.temporal_address ? `${config.engine}, ${config.temporal_address}` : config.engine),
    );
    if (handed) screen.row('Handover', describeHandover(handed));
    stopped.throwIfAborted();
    await screen.step(
      'Health',
      async () => {
        const operations = await startOperationsServer({ config, metrics: () => worker.metrics(), logger });
        stack.defer(() => operations.stop());
        return operations.url;
      },
      (url) => `${url}/health, /metrics`,
    );
    const { temporal_build_id: build_id } = config;
    if (build_id) screen.row('Version', `${build_id}; npm run engine -- versions shows what it takes`);
    screen.row('Payments', full.stripe_url ?? 'Stripe');
    screen.row('Parcels', full.easypost_url ?? 'EasyPost');
    screen.line('\nCtrl-C stops it; orders in flight go on with another worker, or at the next start.');
  },
});
