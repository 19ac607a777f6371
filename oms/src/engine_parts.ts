import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import type { Engine, Steps } from './engine/engine.ts';

/** What every engine is made from. */
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
