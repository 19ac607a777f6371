import { listen } from '@oms/kit/http/listen.ts';
import { explainFailure } from '@oms/kit/main/explain_failure.ts';
import { parseOptions } from '@oms/kit/main/options.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { createSandbox } from './sandbox.ts';

const HELP = `Stands in for the payment provider (Stripe, /v1) and the carrier (EasyPost, /v2).

Usage: npm run sandbox [-- --help]

Environment:
  ORDERPROCESSING_DATABASE_URL   PostgreSQL to keep its state in, in a schema of its own (required)
  ORDERPROCESSING_SANDBOX_PORT   port (default 8090); 0 for a free one
  ORDERPROCESSING_HOST           address to listen on (default 127.0.0.1); it asks nobody who they are
`;

const { values } = parseOptions({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) process.stdout.write(HELP);
else await run(process.env);

async function run(environment: NodeJS.ProcessEnv): Promise<void> {
  const url = environment.ORDERPROCESSING_DATABASE_URL;
  const port = Number(environment.ORDERPROCESSING_SANDBOX_PORT ?? 8090);
  if (!url || !Number.isInteger(port) || port < 0 || port > 65_535) {
    if (!url) process.stderr.write('ORDERPROCESSING_DATABASE_URL is missing.\n');
    else process.stderr.write('ORDERPROCESSING_SANDBOX_PORT must be a port number.\n');
    process.exitCode = 2;
    return;
  }

  const pool = createPool({ url, max: 8, application_name: 'sandbox' });
  const sandbox = createSandbox({ pool, logger: { level: 'warn' } });
  const stop = async () => {
    await sandbox.close();
    await pool.end();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
  try {
    const host = environment.ORDERPROCESSING_HOST || '127.0.0.1';
    const settings = { host: 'ORDERPROCESSING_HOST', port: 'ORDERPROCESSING_SANDBOX_PORT' };
    const base_url = await listen(sandbox, { host, port }, settings);
    process.stdout.write(`sandbox listens on ${base_url}\n`);
  } catch (error) {
    const advice = error instanceof OperatorError ? '' : ' Is ORDERPROCESSING_DATABASE_URL right?';
    process.stderr.write(`${explainFailure(error)}${advice}\n`);
    process.exitCode = 1;
    await stop();
  }
}
