import { createPool } from '@oms/kit/postgres/pool.ts';
import type { Config } from './config/config.ts';
import { patchesHeldBack } from './config/patches_held_back.ts';
import { EmbeddedEngine } from './engine/embedded/embedded.ts';
import { outagePolicy, retryPolicies } from './engine/policies.ts';
import type { EngineParts, OwnedEngine } from './engine_parts.ts';
import { requireTemporalPackages } from './temporal_packages.ts';
import { workflows } from './workflows.ts';

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
    const outages = outagePolicy(config.outage_first_wait_ms, config.outage_deadline_ms);
    const engine = new EmbeddedEngine({
      ...{ ...parts, pool, workflows, policies, outages, workflows_max },
      patches_held_back: patchesHeldBack(config),
    });
    return { engine, metrics: async () => '', close: () => pool.end() };
  },

  // Loaded when it is wanted: Temporal's packages would cost every start half a second.
  temporal: async (parts) => {
    requireTemporalPackages();
    return (await import('./temporal_engine.ts')).createTemporalEngine(parts);
  },
};
