import pino from 'pino';
import { loadConfig } from '../../oms/src/config/config.ts';
import { createApiPart } from '../../oms/src/context.ts';
import { answer } from './answer.ts';

/** The API alone: it takes orders, and carries none. */

const config = loadConfig(process.env);
const api = await createApiPart({
  config,
  database_url: config.database_url!,
  api_key: 'a-key-for-the-bench',
  logger: pino({ level: 'error' }, pino.destination(2)),
});
const address = await api.listen();
process.once('SIGTERM', () => void api.stop().then(() => process.exit()));

answer({ address: async () => address });
