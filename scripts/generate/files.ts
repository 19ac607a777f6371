import { copyFile, glob, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where generated files are in the project, to find those that are generated no longer. */
const GENERATED = ['{oms,blog}/src/generated/**/*.ts', 'oms/src/**/*.queries.ts', 'oms/db/schema.sql'];

export interface Difference {
  /** New, or not as in the draft. Paths from the project's root. */
  changed: string[];
  /** Not in the draft. */
  obsolete: string[];
}

export async function difference(draft: string): Promise<Difference> {
  const paths = new Set<string>();
  for (const cwd of ['.', draft]) for await (const path of glob(GENERATED, { cwd })) paths.add(path);
  const changed: string[] = [];
  const obsolete: string[] = [];
  for (const path of [...paths].sort()) {
    const [ours, theirs] = await Promise.all([contents(path), contents(join(draft, path))]);
    if (theirs === undefined) obsolete.push(path);
    else if (ours !== theirs) changed.push(path);
  }
  return { changed, obsolete };
}

/** Makes the project's files as the draft's. */
export async function replace(draft: string, { changed, obsolete }: Difference): Promise<void> {
  for (const path of obsolete) await rm(path);
  for (const path of changed) {
    await mkdir(dirname(path), { recursive: true });
    await copyFile(join(draft, path), path);
  }
}

async function contents(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
