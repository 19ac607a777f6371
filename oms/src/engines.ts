import { OperatorError } from '@oms/kit/operator_error.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { EmbeddedEngine } from './engine/embedded/embedded.ts';
import type { Engine, Steps } from './engine/engine.ts';
import { retryPolicies } from './engine/policies.ts';
import { TemporalEngine } from './engine/temporal/temporal.ts';
import { workflows } from './workflows.ts';

export interface EngineParts {
  config: Config;
  database_url: string;
  steps: Steps;
  /** Called when there is room for more workflows. */
  onCapacity: () => void;
  logger: Logger;
}

export interface OwnedEngine {
  engine: Engine;
  /** Closes what it was given, once it has stopped. */
  close(): Promise<void>;
}

/** The engine that the configuration names. Nothing runs before its `launch`. */
export function createEngine(parts: EngineParts): OwnedEngine {
  return makers[parts.config.engine](parts);
}

const makers: Record<Config['engine'], (parts: EngineParts) => OwnedEngine> = {
  embedded({ config, database_url, ...parts }) {
    const pool = createPool({
      url: database_url,
      max: config.database_connections_max,
      application_name: 'oms-engine',
      settings: { synchronous_commit: 'off' },
      // The engine gives a workflow up for a statement that was cut short.
      statement_timeout_ms: 0,
      lock_timeout_ms: 0,
    });
    const { workflows_max, retry_first_delay_ms } = config;
    const policies = retryPolicies(retry_first_delay_ms);
    const engine = new EmbeddedEngine({
      ...{ ...parts, pool, workflows, policies, workflows_max },
      patches_held_back: patchesHeldBack(config),
    });
    return { engine, close: () => pool.end() };
  },

  temporal({ config, steps, logger }) {
    const { temporal_address: address, temporal_namespace: namespace, workflows_max } = config;
    if (!address) {
      throw new OperatorError(
        'ORDERPROCESSING_TEMPORAL_ADDRESS is not set: which Temporal server carries the orders? ' +
          'npm start runs one by itself.',
      );
    }
    const { temporal_build_id: build_id } = config;
    const engine = new TemporalEngine({
      ...{ address, namespace, workflows, steps, workflows_max, logger },
      ...{ tls: config.temporal_tls, api_key: config.temporal_api_key },
      timing: {
        retry_first_delay_ms: config.retry_first_delay_ms,
        heartbeat_timeout_ms: config.temporal_heartbeat_timeout_ms,
      },
      patches_held_back: patchesHeldBack(config),
      deployment: build_id === undefined ? undefined : { build_id },
    });
    return { engine, async close() {} };
  },
};

function patchesHeldBack({ patches_held_back = '' }: Config): string[] {
  return patches_held_back.split(',').filter((patch) => patch !== '');
}
