import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unusedRun } from '../../tests/unused_run.ts';
import { ContinueAsNew } from '../engine/continue_as_new.ts';
import type { StepInput, WorkflowRun } from '../engine/engine.ts';
import { StepError, type StepErrorKind } from '../errors.ts';
import { deliveryWorkflow } from './workflow.ts';

interface Day {
  /** Whether the message comes within the day. */
  told: boolean;
  failure?: [kind: StepErrorKind, code: string];
}

/** Runs the workflow for so many days as told, and lists what it did on each. */
async function run(days: Day[]) {
  const taken: string[] = [];
  let input: StepInput = { order_id: 'ord_1' };
  for (const { told, failure } of days) {
    const day: WorkflowRun = {
      ...unusedRun,
      progress: () => {},
      async receive(topic, timeout_ms) {
        taken.push(`${topic} within ${timeout_ms / 3_600_000} h`);
        return told;
      },
      async step(name, { days }) {
        taken.push(`${name} ${days}`);
        if (failure) throw new StepError(...failure, 'As it is.');
      },
      continueAsNew: async (next) => {
        throw new ContinueAsNew(next);
      },
    };
    try {
      return { end: await deliveryWorkflow.run(day, input), taken };
    } catch (error) {
      if (!(error instanceof ContinueAsNew)) throw error;
      input = error.input;
    }
  }
  return { end: undefined, taken, input };
}

describe('the workflow of a delivery', () => {
  it('ends when the carrier tells that the parcel is delivered', async () => {
    const { end, taken } = await run([{ told: true }]);
    assert.deepEqual([end, taken], ['delivered', ['delivered within 24 h', 'confirm_delivery 0']]);
  });

  it('asks the carrier each day without its word, and begins anew with the days counted', async () => {
    const { end, taken, input } = await run([{ told: false }, { told: false }]);
    assert.equal(end, undefined);
    const asked = ['delivered within 24 h', 'check_delivery 1', 'delivered within 24 h', 'check_delivery 2'];
    assert.deepEqual(taken, asked);
    assert.deepEqual(input, { order_id: 'ord_1', days: '2' });
  });

  for (const status of ['return_to_sender', 'failure']) {
    it(`ends as ${status} when that is what has become of the parcel`, async () => {
      const { end } = await run([{ told: false }, { told: true, failure: ['declined', status] }]);
      assert.equal(end, status);
    });
  }

  it('waits on when the message was a mistake, whatever the time', async () => {
    const { end, input } = await run([{ told: true, failure: ['declined', 'in_transit'] }]);
    assert.deepEqual([end, input?.days], [undefined, '0']);
  });

  it('waits for the next day, for ever, when the carrier does not answer', async () => {
    const kinds = ['unavailable', 'unknown', 'declined'] as const;
    const days: Day[] = kinds.map((kind) => ({ told: false, failure: [kind, 'shipping_unavailable'] }));
    const { end, input } = await run(days);
    assert.deepEqual([end, input?.days], [undefined, '3']);
  });

  it('takes only steps that it has a policy for', async () => {
    const { taken } = await run([{ told: false }, { told: true }]);
    const steps = taken.filter((entry) => !entry.includes('within')).map((entry) => entry.split(' ')[0]);
    assert.deepEqual(steps.sort(), Object.keys(deliveryWorkflow.steps).sort());
  });
});
