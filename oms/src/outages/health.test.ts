import assert from 'node:assert/strict';
import { describe, it, mock, type TestContext } from 'node:test';
import pino from 'pino';
import { StepError, type StepErrorKind } from '../errors.ts';
import { ProviderHealth } from './health.ts';

const FIRST_DELAY_MS = 1_000;

/** A carrier whose health is watched; it fails as told, and counts how often it is asked. */
function watched(t: TestContext) {
  mock.timers.enable({ apis: ['Date'], now: 0 });
  t.after(() => mock.timers.reset());
  const health = new ProviderHealth({
    ...{ provider: 'carrier', code: 'shipping_unavailable', first_delay_ms: FIRST_DELAY_MS },
    logger: pino({ level: 'silent' }),
  });
  const asked = { times: 0 };
  const ask = async (order: number, kind?: StepErrorKind, retry_after_ms?: number) => {
    try {
      await health.call(`ord_${order}`, async () => {
        asked.times++;
        if (kind) throw new StepError(kind, 'shipping_failed', 'It failed.', undefined, { retry_after_ms });
      });
      return 'done';
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      return error.not_asked ? 'not asked' : error.kind;
    }
  };
  const breakDown = async () => {
    for (let order = 0; order < 5; order++) await ask(order, 'unavailable');
  };
  return { health, asked, ask, breakDown };
}

describe('the health of a provider', () => {
  it('is bad once it has failed for five orders, and it is then left alone', async (t) => {
    const { health, ask, asked, breakDown } = watched(t);
    await breakDown();
    assert.deepEqual([health.isWell(), await ask(6), asked.times], [false, 'not asked', 5]);
    assert.equal(health.coolOffLeft(), FIRST_DELAY_MS);
  });

  it('is not bad because of one order that fails and fails', async (t) => {
    const { health, ask } = watched(t);
    for (let times = 0; times < 50; times++) await ask(1, 'unknown');
    assert.deepEqual([health.isWell(), await ask(2)], [true, 'done']);
  });

  it('is not bad when it declines, or when it answers others in between', async (t) => {
    const { health, ask } = watched(t);
    for (let order = 0; order < 9; order++) assert.equal(await ask(order, 'declined'), 'declined');
    for (let order = 0; order < 9; order++) {
      await ask(order, 'unavailable');
      if (order % 4 === 3) await ask(order);
    }
    assert.ok(health.isWell());
  });

  it('is found out by one call when the cool-off has passed', async (t) => {
    const { health, ask, asked, breakDown } = watched(t);
    await breakDown();
    mock.timers.tick(FIRST_DELAY_MS);
    assert.deepEqual([await ask(6), health.isWell(), health.wellFor()], ['done', true, 0]);
    mock.timers.tick(500);
    assert.deepEqual([health.wellFor(), asked.times], [500, 6]);
  });

  it('that stays bad is asked after it at most once a minute', async (t) => {
    const { health, ask, breakDown } = watched(t);
    await breakDown();
    const cool_offs = [health.coolOffLeft() / 1_000];
    mock.timers.tick(health.coolOffLeft());
    for (let probe = 0; probe < 8; probe++) {
      assert.equal(await ask(6, 'unavailable'), 'unavailable');
      cool_offs.push(health.coolOffLeft() / 1_000);
      mock.timers.tick(health.coolOffLeft());
    }
    assert.deepEqual(cool_offs, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('follows Retry-After, as far as a minute', async (t) => {
    const { health, ask } = watched(t);
    for (let order = 0; order < 5; order++) await ask(order, 'unavailable', 20_000);
    assert.equal(health.coolOffLeft(), 20_000);
    mock.timers.tick(20_000);
    await ask(6, 'unavailable', 3_600_000);
    assert.equal(health.coolOffLeft(), 60_000);
  });

  it('counts how calls came out, and tells when it changes', async (t) => {
    const { health, ask, breakDown } = watched(t);
    let changes = 0;
    health.onChange(() => changes++);
    await ask(1);
    await breakDown();
    assert.deepEqual(health.takeCounts(), { successes: 1, failures: 5 });
    assert.deepEqual(health.takeCounts(), { successes: 0, failures: 0 });
    mock.timers.tick(FIRST_DELAY_MS);
    await ask(6);
    assert.equal(changes, 2);
  });

  it('guards every method of a provider, which keeps its own state', async (t) => {
    const { health, breakDown } = watched(t);
    class Carrier {
      readonly #prefix = 'track-';
      async buy({ order_id }: { order_id: string }) {
        return this.#prefix + order_id;
      }
    }
    const carrier = health.guard(new Carrier());
    assert.equal(await carrier.buy({ order_id: 'ord_1' }), 'track-ord_1');
    await breakDown();
    await assert.rejects(carrier.buy({ order_id: 'ord_1' }), { kind: 'unavailable', not_asked: true });
  });
});
