import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a typed file for each .sql file below the draft folder, checked against the database.
 *
 * @returns what is wrong with queries; the files they are in are not written
 */
export async function generateQueries(draft: string, database_url: string): Promise<string[]> {
  const config = JSON.parse(await readFile('pgtyped.config.json', 'utf8'));
  for (const transform of config.transforms) transform.emitTemplate = join(draft, transform.emitTemplate);
  const file = join(draft, 'pgtyped.config.json');
  await writeFile(file, JSON.stringify({ ...config, dbUrl: database_url }));

  // Its environment is bare, because it reads every variable as an option, PGHOST among them.
  const run = spawnSync(process.execPath, ['node_modules/.bin/pgtyped', '--config', file], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '' },
  });
  await rm(file);

  // PgTyped's exit status is 0 even when a query is wrong.
  const faults = [...run.stdout.split('\n').filter((line) => !PROGRESS.test(line)), run.stderr.trim()].filter(
    Boolean,
  );
  for await (const sql of glob('oms/src/**/*.sql')) {
    const typed = sql.replace(/\.sql$/, '.queries.ts');
    if (!existsSync(join(draft, typed)))
      faults.push(`${sql} has no typed queries: one of it is wrong, or none is named.`);
  }
  return faults;
}

const PROGRESS = /^(Using a pool|Processing|Saved|Skipped) /;
