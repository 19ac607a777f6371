import { Journal } from '../../src/engine/journal.ts';
import { DEFAULT_OUTAGES, retryPolicies } from '../../src/engine/policies.ts';
import { SimulatedEngine } from '../../src/engine/simulated.ts';
import { type EngineInTest, type Harness, type Parts, STOP_TIMEOUT_MS } from './harness.ts';
import { signal } from './tried.ts';
import { testWorkflows } from './workflows.ts';

/** The simulated engine, outside of a simulation: on the real clock. Its processes are one journal's engines. */
export const simulated: Harness = {
  name: 'the simulated engine',

  async create(first): Promise<EngineInTest> {
    const journal = new Journal();
    const in_test: EngineInTest = {
      engine: undefined as never,
      async launch(parts) {
        in_test.engine = createSimulated(journal, parts);
        await in_test.engine.launch();
      },
      stop: (timeout_ms = STOP_TIMEOUT_MS) => in_test.engine.stop(timeout_ms),
      async crashInStep(workflow_id) {
        const acting = signal();
        const act = () => {
          acting.happen();
          return new Promise<void>(() => {});
        };
        const dying = createSimulated(journal, { steps: { act } });
        await dying.launch();
        await dying.start(workflow_id, { workflow: 'one_step', input: { order_id: workflow_id } });
        await acting.happened;
      },
      dispose: () => in_test.engine.stop(0),
    };
    await in_test.launch(first);
    return in_test;
  },
};

function createSimulated(journal: Journal, parts: Parts): SimulatedEngine {
  return new SimulatedEngine({
    ...parts,
    ...{ journal, workflows: testWorkflows, workflows_max: 10 },
    policies: retryPolicies(parts.retry_first_delay_ms ?? 1),
    outages: DEFAULT_OUTAGES,
  });
}
