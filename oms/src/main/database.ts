import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '@oms/kit/postgres/embedded.ts';
import type { Config } from '../config/config.ts';

export interface Database {
  url: string;
  /** The folder of an embedded database. */
  folder: string | undefined;
  close(): void;
}

/** The database that the configuration names, or an embedded one. */
export async function openDatabase(config: Config): Promise<Database> {
  if (config.database_url) return { url: config.database_url, folder: undefined, close() {} };
  const folder = resolve(config.data_folder);
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres') });
  return { url: server.url(), folder, close: () => server.stop() };
}

/** The key of trusted callers: configured, or made once and kept in the data folder. */
export function findApiKey(config: Config): string {
  if (config.api_key) return config.api_key;
  const folder = resolve(config.data_folder);
  const file = join(folder, 'api-key');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}
