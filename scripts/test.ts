import { join } from 'node:path';
import { ferretdb } from '@oms/kit/ferretdb/program.ts';
import { parseOptions } from '@oms/kit/main/options.ts';
import { findProgram } from '@oms/kit/programs/find.ts';
import { administer, startTestServer, withDatabase } from '@oms/kit/testing/database.ts';
import { migrate } from '../oms/src/migrations.ts';
import { runAudit, runCheck } from './test/checks.ts';
import { stopOnSignals } from './test/program.ts';
import { findTests, runTests } from './test/tests.ts';

const HELP = `npm test                     types, lint, generated code, audit of packages, then all tests
npm test -- stock refund     only the test files whose paths contain one of these words
npm run check                types, lint, generated code, audit of packages, contract and repository rules; no other tests`;

const TEMPLATE = 'oms_template';
/** The tests start some hundreds of processes; each loads its code in half the time from Node's cache of compiled code. */
const COMPILE_CACHE = join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled');
const CHECKED_BY_TESTS = ['scripts/contract.test.ts', 'scripts/rules.test.ts'];

process.chdir(join(import.meta.dirname, '..'));
const { values, positionals } = parseOptions({
  options: { help: { type: 'boolean', short: 'h' }, 'checks-only': { type: 'boolean' } },
  allowPositionals: true,
});

if (values.help) {
  console.log(HELP);
} else {
  const files = values['checks-only'] ? CHECKED_BY_TESTS : findTests(positionals);
  if (files.length === 0) console.error(`No test file's path contains ${positionals.join(' or ')}.`);
  process.exitCode = files.length > 0 && (await run(files, positionals.length === 0)) ? 0 : 1;
}

/** Checks and tests against a throw-away PostgreSQL; true when all is well. */
async function run(files: string[], checks: boolean): Promise<boolean> {
  const stopped = stopOnSignals();
  const server = await startTestServer();
  try {
    await administer(server.url, `CREATE DATABASE ${TEMPLATE}`);
    await migrate(withDatabase(server.url, TEMPLATE));
    const environment = {
      ...bareEnvironment(),
      NODE_ENV: 'test',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      TEST_POSTGRES_URL: server.url,
    };

    const faults: string[] = [];
    for (const check of checks ? (['types', 'lint', 'generated'] as const) : []) {
      if (stopped.aborted) return false;
      const fault = await runCheck(check, environment, stopped);
      if (fault) faults.push(fault);
    }
    const finding = checks ? await runAudit(environment, stopped) : undefined;
    if (finding) faults.push(finding);
    if (stopped.aborted) return false;
    if (files.some((file) => file.startsWith('blog/'))) await prepareFerretdb();
    if (stopped.aborted) return false;
    const totals = await runTests(files, environment, stopped);
    if (stopped.aborted) return false;
    if (totals.failed) faults.push('Tests fail: see above. One file alone: npm test -- part-of-its-path');
    if (faults.length > 0) console.log(`\n${faults.join('\n')}\n\n${totals.text}`.trimEnd());
    return faults.length === 0;
  } finally {
    server.stop();
  }
}

/** Made once for all test files; where it cannot be had, they say so and are skipped. */
async function prepareFerretdb(): Promise<void> {
  const onMake = (text: string) => console.log(`Building ${text}…`);
  await findProgram(ferretdb, { onMake }).catch((error: Error) => console.log(error.message));
}

/** Tests see none of the settings that the machine's user made for the services. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ORDERPROCESSING|BLOG)_|^PORT$/.test(name)),
  );
}
