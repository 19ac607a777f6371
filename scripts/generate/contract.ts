import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import contract from '../../openapi-ts.config.ts';

/** Writes the types of the contracts below the draft folder. */
export async function generateContract(draft: string): Promise<void> {
  const config = await contract;
  for (const one of Array.isArray(config) ? config : [config]) {
    const output = one.output as { path: string };
    await createClient({
      ...one,
      output: { ...output, path: join(draft, output.path) },
      logs: { level: 'silent', file: false },
    });
  }
}
