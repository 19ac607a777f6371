import { createPool } from '@oms/kit/postgres/pool.ts';
import { createSandbox } from '@oms/sandbox/sandbox.ts';
import pino from 'pino';
import { describeSettings, loadConfig } from '../config/config.ts';
import { createContext } from '../context.ts';
import { migrate } from '../migrations.ts';
import { findApiKey, openDatabase } from './database.ts';
import { runUntilStopped } from './run.ts';

const HELP = `npm start: the whole service in one process, with an embedded PostgreSQL unless a URL is given.

Settings, as environment variables:
${describeSettings()}`;

await runUntilStopped(HELP, async (stack) => {
  const config = loadConfig(process.env);
  const logger = pino({ level: config.log_level }, pino.destination(2));

  const database = await openDatabase(config);
  stack.defer(() => database.close());
  await migrate(database.url);

  if (config.sandbox) {
    const pool = createPool({ url: database.url, max: 10, application_name: 'sandbox' });
    stack.defer(() => pool.end());
    const sandbox = createSandbox({ pool });
    const url = await sandbox.listen({ port: config.sandbox_port });
    stack.defer(() => sandbox.close());
    config.stripe_url ??= url;
    config.easypost_url ??= url;
  }

  const api_key = findApiKey(config);
  const context = await createContext({ config, database_url: database.url, api_key, logger });
  stack.defer(() => context.stop());
  await context.startWorker();
  const address = await context.listen();
  console.log(`Serving at ${address}`);
});
