import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { currentTrace } from '@oms/kit/trace/scope.ts';
import { WorkflowNotFound } from '../../src/engine/engine.ts';
import { StepError } from '../../src/errors.ts';
import { table } from '../../src/orders/workflow.ts';
import type { Harness } from './harness.ts';
import { stepsConform } from './suite_steps.ts';
import { heldStep, isAway, launch } from './tried.ts';
import { NEW_WAY } from './workflows.ts';

/** What every engine must do, whatever runs inside. */
export function conformance(harness: Harness): void {
  describe(`${harness.name} conforms:`, () => {
    after(() => harness.close?.());

    it('a workflow started often runs once', async (t) => {
      const tried = await launch(t, harness);
      await Promise.all([tried.start('one_step'), tried.start('one_step'), tried.start('one_step')]);
      await tried.end();
      await tried.start('one_step');
      assert.equal(await tried.end(), 'ended');
      assert.deepEqual([tried.acts.length, tried.notes], [1, ['done']]);
    });

    it('what has become of a workflow is told', async (t) => {
      const tried = await launch(t, harness);
      assert.equal(await tried.state(), 'missing');
      await tried.start('waiting');
      assert.equal(await tried.state(), 'running');
      await tried.send('go on');
      assert.equal(await tried.end(), 'ended');
      tried.next();
      await tried.start('defective');
      await tried.send('go on');
      assert.equal(await tried.end(), 'failed');
    });

    it('a failed workflow can be started anew, and its steps then count as ones that may have acted', async (t) => {
      const tried = await launch(t, harness, { act: isAway });
      await tried.start('defective');
      await tried.send('go on');
      await tried.end();
      await tried.engine().restart(tried.id, { workflow: 'one_step', input: tried.input() });
      assert.equal(await tried.end(), 'ended');
      assert.deepEqual(tried.notes, ['unknown provider_away It is away.']);
    });

    stepsConform(harness);

    describe('a message', () => {
      it('that does not come leaves the wait to its time-out', async (t) => {
        const tried = await launch(t, harness);
        await tried.start('waiting', { timeout_ms: '30' });
        await tried.end();
        assert.deepEqual(tried.notes, ['done', 'timed out']);
      });

      it('of another topic is left for later', async (t) => {
        const tried = await launch(t, harness);
        await tried.start('waiting', { timeout_ms: '30' });
        await tried.send('something else');
        await tried.end();
        assert.deepEqual(tried.notes, ['done', 'timed out']);
      });

      it('that comes after the end does no harm', async (t) => {
        const tried = await launch(t, harness);
        await tried.start('one_step');
        await tried.end();
        await tried.send('go on');
        assert.equal(await tried.state(), 'ended');
      });

      it('to a workflow that was never started says so', async (t) => {
        const tried = await launch(t, harness);
        await assert.rejects(tried.send('go on'), WorkflowNotFound);
      });

      it('is awaited in the next process too', async (t) => {
        const tried = await launch(t, harness);
        await tried.start('waiting');
        await tried.until(() => tried.notes.length === 1);
        await tried.relaunch();
        assert.equal(await tried.state(), 'running');
        await tried.send('go on');
        await tried.end();
        assert.deepEqual([tried.acts, tried.notes], [[1], ['done', 'received']]);
      });
    });

    it('a workflow begun before a patch keeps to the old way, a new one takes the new', async (t) => {
      const tried = await launch(t, harness, {}, { patches_held_back: [NEW_WAY] });
      await tried.start('patched');
      await tried.until(() => tried.notes.length === 1);
      await tried.relaunch();
      await tried.send('go on');
      await tried.end();
      assert.deepEqual(tried.notes, ['old', 'old']);
      tried.next();
      await tried.start('patched');
      await tried.send('go on');
      await tried.end();
      assert.deepEqual(tried.notes, ['new', 'new']);
    });

    it('the clock moves on over a sleep, and tells the same when the workflow is replayed', async (t) => {
      const tried = await launch(t, harness);
      await tried.start('clock');
      await tried.until(() => tried.notes.length === 1);
      await tried.relaunch();
      await tried.send('go on');
      await tried.end();
      const [first = '', second] = tried.notes;
      assert.equal(second, first);
      const [from, to] = first.split(' ').map(Number);
      assert.ok(to! - from! >= 19, first);
    });

    it('a workflow that begins anew goes on under its id, with the messages that it has not received', async (t) => {
      const { act, isActing, letGo } = heldStep();
      const tried = await launch(t, harness, { act });
      await tried.start('rounds');
      await isActing;
      await tried.send('go on');
      letGo();
      assert.equal(await tried.end(), 'ended');
      assert.deepEqual(tried.notes, ['left 3', 'left 2', 'left 1', 'left 0', 'received']);
    });

    it('a step is at work for the request that started its workflow, or sent the last message', async (t) => {
      const one = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, request_id: 'one' };
      const seen: (string | undefined)[] = [];
      const see = async () => void seen.push(currentTrace()?.request_id);
      const tried = await launch(t, harness, { act: see, note: see });
      const start = (workflow: string) =>
        tried.engine().start(tried.id, { workflow, input: tried.input(), trace: one });
      await start('rounds');
      await tried.end();
      assert.deepEqual([...new Set(seen)], ['one'], 'through all its rounds');
      seen.length = 0;
      tried.next();
      await start('late');
      await tried.engine().send(tried.id, 'go on', { ...one, request_id: 'two' });
      await tried.end();
      assert.deepEqual(seen, ['two', 'two']);
      seen.length = 0;
      tried.next();
      await start('waiting');
      await tried.until(() => tried.notes.length === 1);
      await tried.relaunch({ act: see, note: see });
      await tried.send('go on');
      await tried.end();
      assert.deepEqual(seen, ['one', 'one', 'one'], 'also in the next process');
    });

    it('a workflow under way tells how far it has come', async (t) => {
      const tried = await launch(t, harness);
      await tried.start('telling');
      await tried.until(async () => (await tried.describe()).progress?.at === 'waiting');
      assert.deepEqual(await tried.describe(), {
        state: 'running',
        progress: { at: 'waiting', status: 'processing', attention: true },
      });
      await tried.send('go on');
      await tried.end();
    });

    for (const [index, { step }] of table.entries()) {
      it(`an order whose ${step} is declined is taken back in reverse`, async (t) => {
        const tried = await launch(t, harness, {
          [step]: async () => {
            throw new StepError('declined', 'no', 'No.');
          },
        });
        await tried.start('order');
        assert.equal(await tried.end(), 'ended');
        const forward = table.slice(0, index + 1);
        const back = forward.flatMap(({ compensation }) => compensation ?? []).reverse();
        assert.deepEqual(tried.steps, [
          ...forward.map((row) => row.step),
          'begin_unwinding',
          ...back,
          'cancel_order',
        ]);
      });
    }
  });
}
