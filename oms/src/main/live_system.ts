import { OperatorError } from '@oms/kit/operator_error.ts';
import { findEmbeddedPostgres } from '@oms/kit/postgres/embedded.ts';
import type { Config } from '../config/config.ts';
import { dataFolder } from '../config/data_folder.ts';
import type { Account } from '../verify/lists.ts';
import { withProviders } from './providers.ts';

/** The database of a system that runs, and its accounts. @throws OperatorError when none is to be found */
export function liveSystem(config: Config): { database_url: string; stripe: Account; easypost: Account } {
  const { stripe_key, stripe_url, easypost_key, easypost_url } = withProviders(config);
  return {
    database_url: databaseUrl(config),
    stripe: { key: stripe_key, url: stripe_url },
    easypost: { key: easypost_key, url: easypost_url },
  };
}

function databaseUrl({ database_url, data_folder }: Config): string {
  const url = database_url ?? findEmbeddedPostgres(dataFolder({ data_folder }).postgres);
  if (url !== undefined) return url;
  throw new OperatorError(
    `No database runs in ${data_folder}. Start the service with npm start, or name another folder as ` +
      'ORDERPROCESSING_DATA_FOLDER, or a database as ORDERPROCESSING_DATABASE_URL.',
  );
}
