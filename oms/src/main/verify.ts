import { explainFailure } from '@oms/kit/main/explain_failure.ts';
import { parseOptions } from '@oms/kit/main/options.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { type EngineInUse, findEngineInUse } from '../handover/engine_in_use.ts';
import { orderIdOf } from '../outbox/relay.ts';
import { requireTemporalPackages } from '../temporal_packages.ts';
import { LISTED_MAX, render } from '../verify/report.ts';
import { VerifyError, verify } from '../verify/verify.ts';
import { liveSystem } from './live_system.ts';
import { temporalAddress } from './temporal_address.ts';

const HELP = `Checks the six invariants on a live system: its database, and the providers' own lists.

npm run verify              prints what was checked and, for each invariant, the first ${LISTED_MAX} offenders
npm run verify -- --json    the same for programs

Where Temporal carries the orders, as the database says, it is asked for those under way.

It changes nothing and may run while the service works. It ends with 0 when all invariants hold, with 1 when
one is broken or could not be checked.

The database is ORDERPROCESSING_DATABASE_URL, or the embedded one that runs in ORDERPROCESSING_DATA_FOLDER.
The providers are ORDERPROCESSING_STRIPE_URL and ORDERPROCESSING_EASYPOST_URL, or else the sandbox on
ORDERPROCESSING_SANDBOX_PORT; with ORDERPROCESSING_SANDBOX=false Stripe and EasyPost themselves.`;

try {
  const { values } = parseOptions({
    options: { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } },
  });
  if (values.help) console.log(HELP);
  else process.exitCode = await run(loadConfig(process.env), values.json ?? false);
} catch (error) {
  console.error(error instanceof VerifyError ? error.message : explainFailure(error));
  process.exitCode = 1;
}

async function run(config: Config, as_json: boolean): Promise<number> {
  const system = liveSystem(config);
  const in_use = await askEngineInUse(system.database_url);
  const isTemporal = (in_use?.engine ?? config.engine) === 'temporal';
  const report = await verify({
    ...system,
    ...(isTemporal && { findCarried: () => findCarried(config, in_use) }),
  });
  console.log(as_json ? JSON.stringify(report, null, 2) : render(report));
  return report.ok ? 0 : 1;
}

async function askEngineInUse(url: string): Promise<EngineInUse | undefined> {
  const pool = createPool({ url, max: 1, application_name: 'verify' });
  try {
    return await findEngineInUse(pool);
  } catch {
    // What is wrong with the database the check itself tells best.
    return undefined;
  } finally {
    await pool.end();
  }
}

async function findCarried(config: Config, in_use: EngineInUse | undefined): Promise<string[]> {
  requireTemporalPackages();
  const { listRunning } = await import('../engine/temporal/running.ts');
  return (await listRunning(temporalAddress(config, in_use), 'order')).map(orderIdOf);
}
