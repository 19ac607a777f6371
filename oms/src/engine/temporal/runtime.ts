import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Temporal's native part has one runtime for the whole process; the first engine's logger and metrics serve all. */
export function installRuntime(logger: Logger, options: { metrics_address?: string | undefined } = {}): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    // Stopping is ours: the service ends in its own order.
    shutdownSignals: [],
    logger: toTemporalLogger(logger),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
      ...(options.metrics_address && { metrics: { prometheus: { bindAddress: options.metrics_address } } }),
    },
  });
}

let isInstalled = false;

/** Temporal's log lines in ours. What it tells of its own doings is detail here. */
function toTemporalLogger(logger: Logger) {
  const log = logger.child({ part: 'temporal' });
  type Meta = Record<string, unknown>;
  const to =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, { error, ...meta }: Meta = {}) =>
      log[level]({ ...meta, ...(error !== undefined && { err: error }) }, message);
  const lines = {
    trace: to('trace'),
    debug: to('trace'),
    info: to('debug'),
    warn: to('warn'),
    error: to('error'),
  };
  return {
    ...lines,
    log: (level: string, message: string, meta?: Meta) =>
      (lines[level.toLowerCase() as keyof typeof lines] ?? lines.info)(message, meta),
  };
}
