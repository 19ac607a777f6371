import { AccessTokens } from '@oms/kit/auth/tokens.ts';
import { listen } from '@oms/kit/http/listen.ts';
import type { Logger } from 'pino';
import { ensureAdmin } from './accounts/routes.ts';
import { Accounts } from './accounts/store.ts';
import { createApi } from './api.ts';
import { Callers, ROLES } from './callers.ts';
import { type Config, isSignInRequired } from './config/config.ts';
import { Posts } from './posts/store.ts';
import { Renderer } from './reading/renderer.ts';
import { openStore, type Store } from './store/store.ts';

export interface ContextOptions {
  config: Config;
  mongodb_url: string;
  token_secret: string;
  /** Of the account `admin`, where sign-in is on. */
  admin_password: string | undefined;
  logger: Logger;
}

/** The blog, wired. */
export interface Context {
  store: Store;
  /** Begins to answer. @returns the address */
  listen(): Promise<string>;
  /** Finishes what is in flight, and closes every connection. */
  stop(): Promise<void>;
}

const ACCESS_TOKEN_S = 15 * 60;
const FORGET_INTERVAL_MS = 60 * 60 * 1000;

/** The only place where parts are made and joined. */
export async function createContext(options: ContextOptions): Promise<Context> {
  const { config, mongodb_url: url, token_secret: secret, admin_password, logger } = options;
  const { database, connections_max } = config;
  const store = await openStore({ url, database, connections_max });
  try {
    const [posts, accounts] = [new Posts(store), new Accounts(store)];
    const renderer = new Renderer();
    await posts.prepare();
    await posts.forgetTombstones();
    if (admin_password !== undefined) await ensureAdmin(accounts, admin_password);

    const is_sign_in_required = isSignInRequired(config);
    const tokens = new AccessTokens({ secret, issuer: 'blog', roles: ROLES, time_to_live_s: ACCESS_TOKEN_S });
    const api = await createApi({
      store,
      posts,
      renderer,
      accounts,
      tokens,
      callers: new Callers({ tokens, is_sign_in_required }),
      is_sign_in_required,
      is_registration_open: config.registration,
      title: config.title,
      public_url: config.public_url,
      trusted_proxies: config.trusted_proxies,
      logger,
    });
    const forgetting = setInterval(() => {
      posts
        .forgetTombstones()
        .catch((error) => logger.warn({ err: error }, 'deleted posts are not forgotten yet'));
    }, FORGET_INTERVAL_MS).unref();
    return {
      store,
      listen: () => listen(api, config, { host: 'BLOG_HOST', port: 'BLOG_PORT' }),
      async stop() {
        clearInterval(forgetting);
        await api.close();
        await renderer.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
