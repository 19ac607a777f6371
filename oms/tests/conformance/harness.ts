import type { Engine, Steps } from '../../src/engine/engine.ts';

/** How the suite gets at an engine. */
export interface Harness {
  /** Such as `the embedded engine`. */
  name: string;
  /** Launches the engine on a place of its own. */
  create(parts: Parts): Promise<EngineInTest>;
  /** After all tests. */
  close?(): Promise<void>;
  /** The virtual time in ms, where the engine has one. */
  now?(): number;
}

export interface Parts {
  steps: Steps;
  patches_held_back?: string[];
  /** Default 1. */
  retry_first_delay_ms?: number;
}

/** An engine that runs `testWorkflows`. */
export interface EngineInTest {
  engine: Engine;
  /** Stops it within the time; its place stays. */
  stop(timeout_ms?: number): Promise<void>;
  /** Launches the next process on the same place. */
  launch(parts: Parts): Promise<void>;
  /**
   * In a process of its own, starts `one_step` under this id and kills the process, as `kill -9` does, in the
   * midst of its step `act`. To be called while stopped.
   */
  crashInStep(workflow_id: string): Promise<void>;
  /** Stops it and removes the place. */
  dispose(): Promise<void>;
}

/** The time-out that a stop of tests has, well below the runner's. */
export const STOP_TIMEOUT_MS = 5_000;
