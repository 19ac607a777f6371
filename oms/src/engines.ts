import { createPool } from '@oms/kit/postgres/pool.ts';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { patchesHeldBack } from './config/patches_held_back.ts';
import { EmbeddedEngine } from './engine/embedded/embedded.ts';
import type { Engine, Steps } from './engine/engine.ts';
import { retryPolicies } from './engine/policies.ts';
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
  /** Its own metrics, as Prometheus reads them. */
  metrics(): Promise<string>;
  /** Closes what it was given, once it has stopped. */
  close(): Promise<void>;
}

/** The engine that the configuration names. Nothing runs before its `launch`. */
export async function createEngine(parts: EngineParts): Promise<OwnedEngine> {
  return makers[parts.config.engine](parts);
}

const makers: Record<Config['engine'], (parts: EngineParts) => OwnedEngine | Promise<OwnedEngine>> = {
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
    return { engine, metrics: async () => '', close: () => pool.end() };
  },

  // Loaded when it is wanted: Temporal's packages would cost every start half a second.
  temporal: async (parts) => (await import('./temporal_engine.ts')).createTemporalEngine(parts),
};
