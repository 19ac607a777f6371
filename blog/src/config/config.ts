import { join, resolve } from 'node:path';
import * as kit from '@oms/kit/config/config.ts';
import { isLoopback } from '@oms/kit/http/loopback.ts';
import { settings } from './settings.ts';

/** Everything that can be set, typed; see `settings.ts` for meanings, units and defaults. */
export interface Config {
  mongodb_url: string | undefined;
  database: string;
  data_folder: string;
  host: string;
  port: number;
  sign_in: boolean;
  registration: boolean;
  admin_password: string | undefined;
  token_secret: string | undefined;
  public_url: string | undefined;
  trusted_proxies: string | undefined;
  title: string;
  connections_max: number;
  log_level: string;
}

const BLOG = { prefix: 'BLOG_', settings };
const PROJECT = join(import.meta.dirname, '../../..');

/** Reads the configuration from the environment. @throws ConfigError naming every fault at once */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const { PORT, ...rest } = environment;
  return kit.readSettings(BLOG, { BLOG_PORT: PORT, ...rest }) as unknown as Config;
}

/** The settings as lines of a `--help`. */
export function describeSettings(): string {
  return kit.describeSettings(BLOG);
}

/** Whether writing needs a token: beyond loopback always. */
export function isSignInRequired({ host, sign_in }: Config): boolean {
  return sign_in || !isLoopback(host);
}

/** The data folder and what the service keeps in it. */
export function dataFolder({ data_folder }: Pick<Config, 'data_folder'>) {
  const path = resolve(PROJECT, data_folder);
  return {
    path,
    ferretdb: join(path, 'ferretdb'),
    admin_password: join(path, 'admin-password'),
    token_secret: join(path, 'token-secret'),
    lock: join(path, 'service.pid'),
  };
}
