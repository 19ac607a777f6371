import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StepError } from '../errors.ts';
import { toFailure } from './failure.ts';
import { retryPolicies } from './policies.ts';
import { runWithRetries } from './retry.ts';

const { provider, database } = retryPolicies(1000);
const unavailable = new StepError('unavailable', 'provider_away', 'It is away.');
const unknown = new StepError('unknown', 'no_answer', 'It did not answer.');
const declined = new StepError('declined', 'no', 'It says no.');
const outage = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** Runs a step whose tries fail in turn with these errors, then succeed. */
async function run(failures: Error[], policy = provider) {
  const waits: number[] = [];
  let tries = 0;
  const outcome = await runWithRetries(
    policy,
    async (number) => {
      tries++;
      const error = failures[number - 1];
      return error && toFailure(error);
    },
    async (delay_ms) => void waits.push(delay_ms),
  ).then(
    () => 'done' as const,
    (error: StepError) => error,
  );
  return { outcome, waits, tries };
}

describe('a step', () => {
  it('that is unavailable is tried five times, first after 1 s, then twice as long each time', async () => {
    const { outcome, waits, tries } = await run(Array(9).fill(unavailable));
    assert.deepEqual(outcome, unavailable);
    assert.equal(tries, 5);
    assert.deepEqual(waits, [1000, 2000, 4000, 8000]);
  });

  it('waits for a minute at most', async () => {
    const { waits, outcome } = await run(Array(9).fill(unavailable), database);
    assert.equal(outcome, 'done');
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('that is declined is never tried again', async () => {
    assert.deepEqual(await run([declined]), { outcome: declined, waits: [], tries: 1 });
    assert.deepEqual((await run([unknown, declined])).outcome, declined);
  });

  it('that succeeds at last is done', async () => {
    assert.equal((await run([unavailable, unknown, unavailable])).outcome, 'done');
  });

  it('stays unknown when a try was unknown and later ones only unavailable', async () => {
    assert.deepEqual((await run([unknown, ...Array(9).fill(unavailable)])).outcome, unknown);
  });

  it('outlasts an outage of our own database, however long', async () => {
    const { outcome, tries } = await run([...Array(50).fill(outage), unavailable]);
    assert.equal(outcome, 'done');
    assert.equal(tries, 52);
  });

  it('ends unknown when our own database was away, because the outage may have hidden that it acted', async () => {
    const { outcome } = await run([outage, ...Array(9).fill(unavailable)]);
    assert.ok(outcome instanceof StepError);
    assert.equal(outcome.kind, 'unknown');
  });

  it('with a defect ends unknown, and does not tell what went wrong inside', async () => {
    const { outcome } = await run(Array(9).fill(new TypeError('x is not a function')));
    assert.ok(outcome instanceof StepError);
    assert.deepEqual([outcome.kind, outcome.code], ['unknown', 'step_failed']);
    assert.doesNotMatch(outcome.detail, /not a function/);
  });
});
