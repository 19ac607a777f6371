import type { Logger } from 'pino';

/** DBOS's log lines in ours. While stopping it warns of every order in flight; they are parked on purpose. */
export function toDbosLogger(logger: Logger, isStopping: () => boolean) {
  const log = logger.child({ part: 'dbos' });
  return {
    debug: (entry: unknown) => log.trace(String(entry)),
    info: (entry: unknown) => log.debug(String(entry)),
    warn: (entry: unknown) => log[isStopping() ? 'debug' : 'warn'](String(entry)),
    error: (entry: unknown, details?: { error?: unknown }) =>
      log.error({ err: details?.error }, String(entry)),
  };
}
