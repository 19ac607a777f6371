import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Workflow } from '../src/engine/engine.ts';
import type { StepError } from '../src/errors.ts';
import { hang, oneStep, signal, startEngine, unavailable } from './engine.ts';

const MINUTE_MS = 60_000;
const isAway = async () => {
  throw unavailable();
};

/** What a step that fails in the present process says of tries that an earlier one may have made. */
describe('a step that is unavailable to its last try', () => {
  const kindOf = (outcome: StepError | 'done' | undefined) => (outcome as StepError | undefined)?.kind;

  it('may have acted, when a process was stopped in the midst of one', async (t) => {
    const { workflow, outcomes } = oneStep();
    const acting = signal();
    const alone = await startEngine(t, {
      workflow,
      steps: {
        act() {
          acting.happen();
          return hang();
        },
      },
    });
    await alone.start();
    await acting.happened;
    await alone.stop(10);
    await alone.launch({ workflow, steps: { act: isAway } });
    await alone.end();
    assert.equal(kindOf(outcomes[0]), 'unknown');
  });

  it('may have acted, when its workflow was at another step when a process ended: its records may be lost', async (t) => {
    const outcomes: (StepError | 'done')[] = [];
    const parts = {
      workflow: (async (run, input) => {
        await run.receive('go on', MINUTE_MS);
        await run.step('act', input).catch((error) => outcomes.push(error));
        return 'over';
      }) satisfies Workflow['run'],
      steps: { act: isAway },
    };
    const alone = await startEngine(t, parts);
    await alone.start();
    await alone.stop();
    await alone.launch(parts);
    await alone.engine.send('w', 'go on');
    await alone.end();
    assert.equal(kindOf(outcomes[0]), 'unknown');
  });
});
