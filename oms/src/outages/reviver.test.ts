import assert from 'node:assert/strict';
import { describe, it, mock, type TestContext } from 'node:test';
import pino from 'pino';
import { StepError } from '../errors.ts';
import { ProviderHealth } from './health.ts';
import { Reviver } from './reviver.ts';

const ROUND_MS = 1_000;
const logger = pino({ level: 'silent' });

/** A reviver on a database in which `waiting` orders wait; `limits` are the numbers of orders that it tried to wake. */
function revive(t: TestContext, waiting: number) {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 0 });
  t.after(() => mock.timers.reset());
  const health = new ProviderHealth({
    ...{ provider: 'carrier', code: 'shipping_unavailable', first_delay_ms: ROUND_MS, logger },
  });
  const limits: number[] = [];
  let left = waiting;
  const query = async (_statement: string, values: unknown[]) => {
    const limit = values.at(-1) as number;
    const woken = Math.min(limit, left);
    limits.push(limit);
    left -= woken;
    return { rows: [{ woken }], rowCount: 1 };
  };
  const pool = { query } as never;
  const reviver = new Reviver({ pool, health, first_delay_ms: ROUND_MS, onOutbox: () => {}, logger });
  reviver.start();
  t.after(() => reviver.stop());
  const call = (order: number, isUp: boolean) =>
    health
      .call(`ord_${order}`, async () => {
        if (!isUp) throw new StepError('unavailable', 'shipping_unavailable', 'It is down.');
      })
      .catch(() => {});
  return {
    limits,
    /** Lets rounds pass, each after a call with this result, if any. */
    async rounds(count: number, isUp?: boolean) {
      for (let round = 0; round < count; round++) {
        if (isUp !== undefined) await call(round, isUp);
        mock.timers.tick(ROUND_MS);
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      }
    },
    async breakDown() {
      for (let order = 0; order < 5; order++) await call(order, false);
    },
  };
}

describe('waking the orders that wait for a provider', () => {
  it('begins with one and doubles while calls succeed, up to 32 per round', async (t) => {
    const { limits, rounds } = revive(t, 1_000);
    await rounds(1);
    await rounds(7, true);
    assert.deepEqual(limits, [1, 2, 4, 8, 16, 32, 32, 32]);
  });

  it('begins with one again after a failure', async (t) => {
    const { limits, rounds } = revive(t, 1_000);
    await rounds(3, true);
    await rounds(1, false);
    assert.deepEqual(limits, [2, 4, 8, 1]);
  });

  it('waits for a result before it wakes more, but not indefinitely', async (t) => {
    const { limits, rounds } = revive(t, 1_000);
    await rounds(8);
    assert.deepEqual(limits, [1]);
    await rounds(8);
    assert.deepEqual(limits, [1, 1]);
  });

  it('stops when no order waits any more', async (t) => {
    const { limits, rounds } = revive(t, 4);
    await rounds(10, true);
    assert.deepEqual(limits, [2, 4, 8]);
  });

  it('probes with one order per cool-off while the breaker is open, and goes on once it is closed', async (t) => {
    const { limits, rounds, breakDown } = revive(t, 1_000);
    await breakDown();
    await rounds(1);
    assert.deepEqual(limits, [1]);
    await rounds(3, true);
    assert.deepEqual(limits.slice(1, 3), [1, 2]);
  });
});
