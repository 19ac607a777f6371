import { relative } from 'node:path';
import { reachableAddresses } from '@oms/kit/http/addresses.ts';
import { createLogger } from '@oms/kit/logger.ts';
import { type Run, runUntilStopped } from '@oms/kit/main/run.ts';
import { Screen } from '@oms/kit/main/screen.ts';
import { type Config, dataFolder, describeSettings, isSignInRequired, loadConfig } from '../config/config.ts';
import { createContext } from '../context.ts';
import { findSecrets, openServer } from './server.ts';

const HELP = `npm run blog: the blog in one process, with a FerretDB of its own unless an address is given.

Settings, as environment variables:
${describeSettings()}`;

await runUntilStopped({ help: HELP, loadConfig, start });

async function start({ config, stack, stopped, fail }: Run<Config>): Promise<void> {
  const started_at = performance.now();
  const logger = createLogger(config.log_level);
  const screen = new Screen(process.stdout);
  screen.title('Blog');

  const onMake = (text: string) => screen.line(`  Building ${text}, in about a minute…`);
  const server = await screen.step(
    'Server',
    () => openServer(config, { stack, logger, onMake, fail }),
    ({ description }) => description,
  );
  stopped.throwIfAborted();

  const secrets = findSecrets(config);
  const context = await screen.step(
    'Store',
    async () => {
      const made = await createContext({ config, mongodb_url: server.url, ...secrets, logger });
      stack.defer(() => made.stop());
      return made;
    },
    ({ store }) => `${store.description}, database ${config.database}`,
  );
  stopped.throwIfAborted();
  const address = await screen.step('Service', () => context.listen(), String);

  const folder = dataFolder(config);
  screen.title(`Ready after ${((performance.now() - started_at) / 1000).toFixed(1)} s`);
  const [reachable = address, ...others] = reachableAddresses(config.host, address);
  screen.row('Blog', `${reachable}/`);
  for (const other of others) screen.row('', `${other}/`);
  screen.row('Posts', `${reachable}/posts`);
  screen.row('Feed', `${reachable}/feed.atom`);
  screen.row('Reference', `${reachable}/docs`);
  if (server.is_own) screen.row('Data', shorten(folder.path));
  if (isSignInRequired(config)) {
    screen.row('Sign-in', 'on: writing needs a token');
    screen.row(
      'Password',
      `of admin: ${config.admin_password ? 'BLOG_ADMIN_PASSWORD' : shorten(folder.admin_password)}`,
    );
  } else {
    screen.row('Sign-in', 'off: everyone on this machine writes as local. BLOG_SIGN_IN=true turns it on.');
  }
  if (!context.store.compares_and_sets && !server.is_own) {
    screen.row('Mind', 'on FerretDB 1 let one process of the blog write at a time');
  }
  screen.line('\nCtrl-C stops it.');
}

/** Paths below the folder in which the command was given are shown from there. */
function shorten(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
