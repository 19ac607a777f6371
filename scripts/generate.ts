import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from '@oms/kit/main/options.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import { migrate } from '../oms/src/migrations.ts';
import { generateContract } from './generate/contract.ts';
import { difference, replace } from './generate/files.ts';
import { generateQueries } from './generate/queries.ts';
import { generateSchema } from './generate/schema.ts';

const HELP = `Generates what is made from the contracts, the SQL and the migrations:
  oms/src/generated/contract/     types of contracts/orders.openapi.yaml
  blog/src/generated/contract/    types of contracts/blog.openapi.yaml
  oms/src/**/*.queries.ts         typed queries of the .sql files beside them
  oms/db/schema.sql               the schema that the migrations lead to

npm run generate                  writes them
npm run generate -- --check       changes nothing; fails when one of them is not as generated`;

const { values } = parseOptions({
  options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});

process.chdir(join(import.meta.dirname, '..'));

if (values.help) {
  console.log(HELP);
} else {
  process.exitCode = await generate(values.check ?? false);
}

/** Everything is generated into a folder apart, and compared from there. */
async function generate(check: boolean): Promise<number> {
  const draft = await mkdtemp(join(tmpdir(), 'orderprocessing-generate-'));
  try {
    const faults = await generateInto(draft);
    for (const fault of faults) console.error(fault);
    const { changed, obsolete } = await difference(draft);
    if (check) {
      const drifted = [...changed, ...obsolete];
      for (const file of drifted) console.error(`${file} is not as generated.`);
      if (drifted.length > 0) console.error('Run: npm run generate');
      return faults.length + drifted.length > 0 ? 1 : 0;
    }
    // A wrong query does not keep the others from being written, and leaves its own file as it was.
    await replace(draft, { changed, obsolete: faults.length > 0 ? [] : obsolete });
    console.log(changed.length === 0 ? 'Generated files are up to date.' : `Generated ${changed.join(', ')}`);
    return faults.length > 0 ? 1 : 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function generateInto(draft: string): Promise<string[]> {
  await generateContract(draft);
  const database = await createTestDatabase(); // on the test run's server, or on one of its own
  try {
    await migrate(database.url);
    await generateSchema(draft, database.url);
    return await generateQueries(draft, database.url);
  } finally {
    await database.drop();
  }
}
