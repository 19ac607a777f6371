import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Workflow, WorkflowNotFound } from '../src/engine/engine.ts';
import { signal, startEngine } from './engine.ts';

const MINUTE_MS = 60_000;

describe('a message to a workflow of the embedded engine', () => {
  /** Waits for `go on` once the step `act` is done. */
  function waiting(timeout_ms: number) {
    const received: boolean[] = [];
    const workflow: Workflow['run'] = async (run, input) => {
      await run.step('act', input);
      received.push(await run.receive('go on', timeout_ms));
      return 'over';
    };
    return { workflow, received };
  }

  it('that comes before it is waited for is received', async (t) => {
    const { workflow, received } = waiting(MINUTE_MS);
    const sent = signal();
    const alone = await startEngine(t, { workflow, steps: { act: () => sent.happened } });
    await alone.start();
    await alone.engine.send('w', 'go on');
    sent.happen();
    await alone.end();
    assert.deepEqual(received, [true]);
  });

  it('that does not come leaves the wait to its time-out', async (t) => {
    const { workflow, received } = waiting(50);
    const alone = await startEngine(t, { workflow, steps: { act: async () => {} } });
    await alone.start();
    await alone.end();
    assert.deepEqual(received, [false]);
  });

  it('of another topic is left for later', async (t) => {
    const { workflow, received } = waiting(50);
    const alone = await startEngine(t, { workflow, steps: { act: async () => {} } });
    await alone.start();
    await alone.engine.send('w', 'something else');
    await alone.end();
    assert.deepEqual(received, [false]);
  });

  it('that comes after the end does no harm', async (t) => {
    const { workflow } = waiting(1);
    const alone = await startEngine(t, { workflow, steps: { act: async () => {} } });
    await alone.start();
    await alone.end();
    await alone.engine.send('w', 'go on');
    assert.equal((await alone.engine.describe('w')).state, 'ended');
  });

  it('to a workflow that was never started says so', async (t) => {
    const alone = await startEngine(t, { workflow: async () => 'over' });
    await assert.rejects(alone.engine.send('nobody', 'go on'), WorkflowNotFound);
  });
});
