import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import pino from 'pino';
import type { Workflow } from '../src/engine/engine.ts';
import { installRuntime } from '../src/engine/temporal/runtime.ts';
import { bundle } from '../src/engine/temporal/worker.ts';
import { workflows } from '../src/workflows.ts';
import { isKept, type JsonHistory, type KeptHistory, keptHistories } from './histories/kept.ts';
import { scenarios } from './histories/scenarios.ts';

const TODAY = '../src/engine/temporal/workflows.ts';
const MEND = `Orders that began with that code would stop. Let only new ones take the change: run.patched('name-of-the-change'),
as docs/versions.md tells. Histories of a release that is not made yet may be recorded anew: npm run histories -- <name>`;

describe('histories of every release, replayed by the workflows of today', () => {
  it('none breaks', async () => {
    const broken = (await breaches(TODAY)).map(({ history, error }) => `${history}: ${reasonOf(error)}`);
    assert.ok(broken.length === 0, `These histories no longer fit:\n${broken.join('\n')}\n${MEND}`);
  });

  it('steps that change places without a patch break them', async () => {
    const broken = (await breaches('./histories/swapped.ts')).map(({ history, error }) => {
      assert.ok(error instanceof DeterminismViolationError, String(error));
      return history.slice(history.indexOf('/') + 1);
    });
    assert.ok(broken.includes('completed'), broken.join());
    assert.ok(broken.includes('payment-first'), broken.join());
    // Its money was never held, so it comes to neither of the two.
    assert.ok(!broken.includes('payment-declined'), broken.join());
  });

  for (const { name } of scenarios) {
    it(`there is one of ${name}`, () => {
      assert.ok(
        isKept(name),
        `This release lacks the history ${name}. Record what it lacks: npm run histories`,
      );
    });
  }

  it('every workflow has one, and every patch one that took it and one that did not', () => {
    const kept = keptHistories();
    for (const [name, { patches }] of Object.entries<Workflow>(workflows)) {
      const own = kept.filter(({ history }) => typeOf(history) === name);
      assert.notEqual(own.length, 0, `No history of ${name}: add a scenario to histories/scenarios.ts`);
      for (const patch of patches) {
        const ways = new Set(own.map(({ history }) => patchesOf(history).includes(patch)));
        assert.equal(ways.size, 2, `The patch ${patch} needs a scenario of either way`);
      }
    }
  });
});

/** The histories that the workflows of this module do not fit. */
async function breaches(module: string): Promise<{ history: string; error: Error }[]> {
  await installRuntime(pino({ level: 'silent' }));
  const kept = keptHistories();
  const names = new Map(kept.map((history) => [history.workflow_id, history.name]));
  const workflowBundle = await bundle(new URL(module, import.meta.url).pathname);
  const found: { history: string; error: Error }[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, toReplay(kept))) {
    if (error) found.push({ history: names.get(workflowId) ?? workflowId, error });
  }
  return found;
}

function* toReplay(kept: KeptHistory[]) {
  for (const { workflow_id, history } of kept) yield { workflowId: workflow_id, history };
}

/** Temporal's own words lie deep in the message. */
function reasonOf({ message }: Error): string {
  return message.match(/\[TMPRL\d+\][^"]*/)?.[0] ?? message;
}

function typeOf({ events }: JsonHistory): string | undefined {
  return events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name;
}

function patchesOf({ events }: JsonHistory): string[] {
  return events.flatMap(({ markerRecordedEventAttributes: marker }) => {
    const data = marker?.details?.['patch-data']?.payloads[0]?.data;
    return data === undefined ? [] : [JSON.parse(Buffer.from(data, 'base64').toString()).id];
  });
}
