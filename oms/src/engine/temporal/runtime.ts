import { freePort } from '@oms/kit/net.ts';
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Temporal's native part has one runtime for the whole process; the first engine's logger serves all. */
export function installRuntime(logger: Logger): Promise<void> {
  installed ??= install(logger);
  return installed;
}

/** Temporal's own metrics, as Prometheus reads them; nothing before there is a runtime. */
export async function temporalMetrics(): Promise<string> {
  if (!metrics_url) return '';
  const response = await fetch(metrics_url, { signal: AbortSignal.timeout(METRICS_TIMEOUT_MS) });
  return response.text();
}

const METRICS_TIMEOUT_MS = 2_000;
const PORT_TRIES = 5;

let installed: Promise<void> | undefined;
let metrics_url: string | undefined;

async function install(logger: Logger): Promise<void> {
  for (let tries = 1; ; tries++) {
    // Its metrics can be had by HTTP alone; whoever may see them asks the worker, which asks here.
    const bindAddress = `127.0.0.1:${await freePort()}`;
    try {
      Runtime.install({
        // Stopping is ours: the service ends in its own order.
        shutdownSignals: [],
        logger: toTemporalLogger(logger),
        telemetryOptions: {
          logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
          metrics: {
            prometheus: {
              bindAddress,
              countersTotalSuffix: true,
              unitSuffix: true,
              useSecondsForDurations: true,
            },
          },
        },
      });
      metrics_url = `http://${bindAddress}/metrics`;
      return;
    } catch (error) {
      // Someone else may have taken the port since it was found free.
      if (tries === PORT_TRIES) throw error;
    }
  }
}

type Meta = Record<string, unknown>;

/** Temporal's log lines in ours. What it tells of its own doings is detail here; what a workflow says is not. */
function toTemporalLogger(logger: Logger) {
  const log = logger.child({ part: 'temporal' });
  const to =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error', own: typeof level = level) =>
    (message: string, { error, ...meta }: Meta = {}) => {
      const as = meta.sdkComponent === 'workflow' ? own : level;
      log[as]({ ...toFields(meta), ...(error !== undefined && { err: error }) }, message);
    };
  const lines = {
    trace: to('trace'),
    debug: to('trace', 'debug'),
    info: to('debug', 'info'),
    warn: to('warn'),
    error: to('error'),
  };
  return {
    ...lines,
    log: (level: string, message: string, meta?: Meta) =>
      (lines[level.toLowerCase() as keyof typeof lines] ?? lines.info)(message, meta),
  };
}

/** Under our names: `workflow_id`, `run_id`. */
function toFields(meta: Meta): Meta {
  return Object.fromEntries(
    Object.entries(meta).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
