import { OperatorError } from '@oms/kit/operator_error.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { EmbeddedEngine } from './engine/embedded.ts';
import type { Engine, Steps, Workflow } from './engine/engine.ts';

export interface EngineParts {
  config: Config;
  database_url: string;
  workflow: Workflow;
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
    const engine = new EmbeddedEngine({ ...parts, pool, workflows_max: config.workflows_max });
    return { engine, close: () => pool.end() };
  },

  temporal({ config }) {
    if (!config.temporal_address) {
      throw new OperatorError(
        'ORDERPROCESSING_TEMPORAL_ADDRESS is not set: which Temporal server carries the orders? ' +
          'npm start runs one by itself.',
      );
    }
    throw new OperatorError('The engine temporal is not wired yet: leave ORDERPROCESSING_ENGINE out.');
  },
};
