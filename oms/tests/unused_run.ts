import assert from 'node:assert/strict';
import type { WorkflowRun } from '../src/engine/engine.ts';
import { DEFAULT_OUTAGES } from '../src/engine/policies.ts';

/** A run whose workflow must ask nothing of it but what a test puts in its place. */
export const unusedRun: WorkflowRun = {
  step: () => assert.fail(),
  receive: () => assert.fail(),
  sleep: () => assert.fail(),
  now: () => assert.fail(),
  patched: () => assert.fail(),
  outages: DEFAULT_OUTAGES,
  progress: () => assert.fail(),
  continueAsNew: () => assert.fail(),
};
