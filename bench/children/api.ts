import pino from 'pino';
import { loadConfig } from '../../oms/src/config/config.ts';
import { createContext } from '../../oms/src/context.ts';
import { answer } from './answer.ts';

/** The API alone: it takes orders, and carries none. */

const config = loadConfig(process.env);
const context = await createContext({
  config,
  database_url: config.database_url!,
  api_key: 'a-key-for-the-bench',
  logger: pino({ level: 'error' }, pino.destination(2)),
});
const address = await context.listen();
process.once('SIGTERM', () => void context.stop().then(() => process.exit()));

answer({ address: async () => address });
