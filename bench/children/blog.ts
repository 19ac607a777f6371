import pino from 'pino';
import { loadConfig } from '../../blog/src/config/config.ts';
import { createContext } from '../../blog/src/context.ts';
import { answer } from './answer.ts';

/** The blog alone, on a server that runs already. */

const config = loadConfig(process.env);
const context = await createContext({
  config,
  mongodb_url: config.mongodb_url!,
  token_secret: 'a secret for the bench, long enough',
  admin_password: undefined,
  logger: pino({ level: 'error' }, pino.destination(2)),
});
const address = await context.listen();
process.once('SIGTERM', () => void context.stop().then(() => process.exit()));

answer({ address: async () => address });
