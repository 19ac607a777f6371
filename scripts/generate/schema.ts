import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { introspect } from './introspect.ts';
import { render } from './render.ts';

const FILE = 'oms/db/schema.sql';

/** Writes the schema that the migrations lead to below the draft folder. */
export async function generateSchema(draft: string, database_url: string): Promise<void> {
  const path = join(draft, FILE);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await describeSchema(database_url));
}

/** The database's schema as SQL that makes it. */
export async function describeSchema(database_url: string): Promise<string> {
  const client = new pg.Client({ connectionString: database_url });
  await client.connect();
  try {
    return render(await introspect(client));
  } finally {
    await client.end();
  }
}
