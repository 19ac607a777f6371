import { randomBytes } from 'node:crypto';
import { startTestFerretdb, type TestFerretdb } from '@oms/kit/testing/ferretdb.ts';
import pino from 'pino';
import { type Config, loadConfig } from '../src/config/config.ts';
import { createContext } from '../src/context.ts';
import type { Store } from '../src/store/store.ts';
import { Client } from './client.ts';

/** A blog in a test, and the server below it: FerretDB, or what TEST_MONGODB_URL names. */
export interface Network {
  api: Client;
  store: Store;
  /** Of the server, where it is our own. */
  ferretdb: TestFerretdb | undefined;
  mongodb_url: string;
  stop(): Promise<void>;
}

export const ADMIN_PASSWORD = 'a password of the admin';
export const TOKEN_SECRET = 'a secret for tests only, long enough';

/** Why the blog's tests cannot run here, or `false`. */
export const skip = await whyNot();

export async function startBlog(config: Partial<Config> = {}): Promise<Network> {
  const given = process.env.TEST_MONGODB_URL;
  const started = given ? undefined : await startTestFerretdb();
  if (typeof started === 'string') throw new Error(started);
  const mongodb_url = given ?? started!.url;
  const full: Config = {
    ...loadConfig({}),
    port: 0,
    database: `test_${randomBytes(6).toString('hex')}`,
    log_level: process.env.TEST_LOG_LEVEL ?? 'silent',
    ...config,
  };
  const context = await createContext({
    config: full,
    mongodb_url,
    token_secret: TOKEN_SECRET,
    admin_password: ADMIN_PASSWORD,
    logger: pino({ level: full.log_level }),
  });
  const { port } = new URL(await context.listen());
  return {
    api: new Client(`http://127.0.0.1:${port}`),
    store: context.store,
    ferretdb: started,
    mongodb_url,
    async stop() {
      if (given) await context.store.db.dropDatabase();
      await context.stop();
      await started?.stop();
    },
  };
}

async function whyNot(): Promise<string | false> {
  if (process.env.TEST_MONGODB_URL) return false;
  const ferretdb = await startTestFerretdb();
  if (typeof ferretdb === 'string') return ferretdb;
  await ferretdb.stop();
  return false;
}
