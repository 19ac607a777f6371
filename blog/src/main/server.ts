import { existsSync } from 'node:fs';
import { startEmbeddedFerretdb } from '@oms/kit/ferretdb/embedded.ts';
import { ferretdb } from '@oms/kit/ferretdb/program.ts';
import { requireWritable } from '@oms/kit/main/data_folder.ts';
import { lockFolder } from '@oms/kit/main/folder_lock.ts';
import { loadOrCreateSecret } from '@oms/kit/main/secrets.ts';
import { findProgram } from '@oms/kit/programs/find.ts';
import type { Logger } from 'pino';
import { type Config, dataFolder, isSignInRequired } from '../config/config.ts';

export interface Server {
  url: string;
  /** What it is, for people. */
  description: string;
  /** Whether the data folder holds its data. */
  is_own: boolean;
}

const DATA_FOLDER = 'BLOG_DATA_FOLDER';

/** The server that the configuration names, or a FerretDB that this process has for itself. */
export async function openServer(
  config: Config,
  options: {
    stack: AsyncDisposableStack;
    logger: Logger;
    onMake: (text: string) => void;
    fail: (error: unknown) => void;
  },
): Promise<Server> {
  if (config.mongodb_url) {
    return { url: config.mongodb_url, description: new URL(config.mongodb_url).host, is_own: false };
  }
  const folder = dataFolder(config);
  requireWritable(folder.path, DATA_FOLDER);
  options.stack.defer(lockFolder(folder.lock, DATA_FOLDER));
  const { path: program, origin } = await findProgram(ferretdb, { onMake: options.onMake });
  const isNew = !existsSync(folder.ferretdb);
  const server = await startEmbeddedFerretdb({
    program,
    backend: { folder: folder.ferretdb },
    keep: { onRestart: (line) => options.logger.error(line), onGiveUp: options.fail },
  });
  options.stack.defer(() => server.stop());
  return { url: server.url, description: `FerretDB, ${origin}${isNew ? ', new' : ''}`, is_own: true };
}

/** Secrets are configured, or made once and kept in the data folder. */
export function findSecrets(config: Config) {
  const folder = dataFolder(config);
  return {
    token_secret: config.token_secret ?? loadOrCreateSecret(folder.token_secret, DATA_FOLDER),
    admin_password: isSignInRequired(config)
      ? (config.admin_password ?? loadOrCreateSecret(folder.admin_password, DATA_FOLDER))
      : undefined,
  };
}
