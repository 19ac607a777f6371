import { reachableAddresses } from '@oms/kit/http/addresses.ts';
import { isLoopback } from '@oms/kit/http/loopback.ts';
import { createLogger } from '@oms/kit/logger.ts';
import { runUntilStopped } from '@oms/kit/main/run.ts';
import { Screen } from '@oms/kit/main/screen.ts';
import { describeSettings, loadConfig, variableName } from '../config/config.ts';
import { dataFolder } from '../config/data_folder.ts';
import { createApiPart } from '../context.ts';
import { findApiKey, findSharedDatabase } from './database.ts';
import { withProviders } from './providers.ts';
import { version } from './version.ts';

const HELP = `npm run api: takes orders, and carries none. Any number of them may run, on one database with the workers.

It needs ORDERPROCESSING_DATABASE_URL, on a database that npm run migrate has brought up to date. It asks payment
provider and carrier only for what operators want to see: their keys and ORDERPROCESSING_SANDBOX=false, or npm run sandbox.

Settings, as environment variables:
${describeSettings()}`;

await runUntilStopped({
  help: HELP,
  loadConfig,
  async start({ config, stack, stopped }) {
    const logger = createLogger(config.log_level);
    const screen = new Screen(process.stdout);
    screen.title(`Order Processing ${version()}, API`);

    const database = await screen.step(
      'Database',
      () => findSharedDatabase(config),
      ({ description }) => description,
    );
    stopped.throwIfAborted();
    const api_key = findApiKey(config);
    const full = withProviders(config);
    const address = await screen.step(
      'API',
      async () => {
        const api = await createApiPart({ config: full, database_url: database.url, api_key, logger });
        stack.defer(() => api.stop());
        return api.listen();
      },
      (url) => `${url}/api/v1/orders`,
    );
    const reachable = reachableAddresses(config.host, address);
    for (const url of reachable) screen.row('Reference', `${url}/docs`);
    if (!isLoopback(config.host)) {
      const key = config.api_key ? variableName('api_key') : dataFolder(config).api_key;
      screen.row('API key', `${key}; every request needs it, as X-API-Key`);
    }
    screen.line('\nOrders wait until a worker carries them: npm run worker. Ctrl-C stops it.');
  },
});
