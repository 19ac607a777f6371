import { explainFailure } from '@oms/kit/main/explain_failure.ts';
import { parseOptions } from '@oms/kit/main/options.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { migrate, pendingMigrations } from '../migrations.ts';
import { checkDatabase } from './database_check.ts';

const HELP = `Brings the database's schema up to date, or takes migrations back.

npm run migrate                   runs the migrations that the database lacks
npm run migrate -- down [count]   takes the last one back, or the last count
npm run migrate -- pending        names those that the database lacks, and changes nothing

The database is ORDERPROCESSING_DATABASE_URL, such as postgres://user:password@host:5432/orders.
The service migrates its embedded database by itself when it starts.`;

class UsageError extends OperatorError {}

try {
  const { values, positionals } = parseOptions({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) console.log(HELP);
  else await run(positionals);
} catch (error) {
  console.error(explainFailure(error));
  if (error instanceof UsageError) console.error('\nnpm run migrate -- --help tells more.');
  process.exitCode = 1;
}

async function run([command = 'up', count = '1', ...rest]: string[]): Promise<void> {
  if (!['up', 'down', 'pending'].includes(command)) throw new UsageError(`There is no ${command} here.`);
  if (rest.length > 0 || (count !== '1' && command !== 'down'))
    throw new UsageError('These are too many words.');
  if (!/^[1-9]\d{0,3}$/.test(count)) throw new UsageError(`The count of migrations is not ${count}.`);
  const url = process.env.ORDERPROCESSING_DATABASE_URL;
  if (!url) throw new UsageError('ORDERPROCESSING_DATABASE_URL is not set: which database?');

  if (command === 'pending') {
    const names = (await checkDatabase(url, {}, pendingMigrations)) ?? [];
    console.log(names.length === 0 ? 'Nothing is pending.' : `Pending: ${names.join(', ')}`);
    return;
  }
  await checkDatabase(url, { tables: true });
  if (command === 'down') {
    const names = await migrate(url, { direction: 'down', count: Number(count) });
    console.log(names.length === 0 ? 'There was nothing to take back.' : `Took back ${names.join(', ')}`);
  } else {
    const names = await migrate(url);
    console.log(names.length === 0 ? 'The schema is up to date.' : `Ran ${names.join(', ')}`);
  }
}
