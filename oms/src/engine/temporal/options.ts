import type { DataConverter } from '@temporalio/common';
import type { Logger } from 'pino';
import type { Steps, Workflows } from '../engine.ts';
import type { TemporalServerAddress } from './connect.ts';
import type { Timing } from './start.ts';

export interface TemporalEngineOptions extends TemporalServerAddress {
  namespace: string;
  workflows: Workflows;
  /** The module that exports the workflows for the sandbox. Default: the service's own. */
  workflows_path?: string;
  steps: Steps;
  timing: Timing;
  /** Default `order-processing`. */
  task_queue?: string;
  /** Most orders under way at once, by all workers; and most steps of each kind at work at once in this process. */
  workflows_max: number;
  /** Called when more workflows may be started. */
  onCapacity?: () => void;
  patches_held_back?: readonly string[];
  data_converter?: DataConverter;
  /** The version of the code that this worker runs, where versions are rolled out beside each other. */
  deployment?: Deployment | undefined;
  logger: Logger;
}

/** A version of the workers' code, as Temporal knows it. */
export interface Deployment {
  /** Such as a release or a commit; one for each build. */
  build_id: string;
}

export const DEPLOYMENT = 'order-processing';
