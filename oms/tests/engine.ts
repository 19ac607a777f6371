import { createPool } from '@oms/kit/postgres/pool.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import type pg from 'pg';
import pino from 'pino';
import { until } from '../../sandbox/tests/start.ts';
import { EmbeddedEngine } from '../src/engine/embedded/embedded.ts';
import type { Steps, Workflow } from '../src/engine/engine.ts';
import { DEFAULT_OUTAGES, type RetryPolicy, retryPolicies } from '../src/engine/policies.ts';
import { StepError } from '../src/errors.ts';
import { template } from './conformance/embedded.ts';

export interface Parts {
  workflow: Workflow['run'];
  steps?: Steps;
  policy?: Partial<RetryPolicy>;
  workflows_max?: number;
  onCapacity?: () => void;
  lock_wait_ms?: number;
}

/** The embedded engine alone, on a database of its own. One at a time: it is one of the whole process. */
export interface EngineAlone {
  engine: EmbeddedEngine;
  database_url: string;
  /** Starts the workflow under this id, by default `w`. */
  start(id?: string, order_id?: string): Promise<void>;
  /** Waits until the workflow `w` has ended, and tells how. */
  end(): Promise<'ended' | 'failed'>;
  /** Stops within the time, leaving the database as it is. */
  stop(timeout_ms?: number): Promise<void>;
  /** Launches the next one on the same database. */
  launch(parts: Parts): Promise<void>;
}

export async function startEngine(
  test: { after(clean: () => Promise<void>): void },
  parts: Parts,
): Promise<EngineAlone> {
  const database = await createTestDatabase(await template());
  let pool: pg.Pool | undefined;
  const alone: EngineAlone = {
    engine: undefined as never,
    database_url: database.url,
    start: (id = 'w', order_id = 'ord_1') => alone.engine.start(id, { workflow: 'w', input: { order_id } }),
    async end() {
      for (;;) {
        const { state } = await alone.engine.describe('w');
        if (state === 'ended' || state === 'failed') return state;
        await new Promise(setImmediate);
      }
    },
    async stop(timeout_ms = 5_000) {
      if (!pool) return;
      await alone.engine.stop(timeout_ms);
      await pool.end();
      pool = undefined;
    },
    async launch(next) {
      pool = createPool({ url: database.url, max: 4, application_name: 'test' });
      alone.engine = createEngine(pool, next);
      await alone.engine.launch();
    },
  };
  test.after(async () => {
    await alone.stop(0);
    await database.drop();
  });
  await alone.launch(parts);
  return alone;
}

export function createEngine(
  pool: pg.Pool,
  { workflow, steps = {}, policy, workflows_max = 10, onCapacity = () => {}, lock_wait_ms = 10_000 }: Parts,
): EmbeddedEngine {
  const tested = { first_delay_ms: 1, factor: 1, delay_max_ms: 60_000, attempts_max: 3, ...policy };
  return new EmbeddedEngine({
    pool,
    workflows: {
      w: {
        steps: Object.fromEntries(Object.keys(steps).map((name) => [name, 'provider'] as const)),
        patches: [],
        run: workflow,
      },
    },
    steps,
    policies: { ...retryPolicies(1), provider: tested },
    outages: DEFAULT_OUTAGES,
    workflows_max,
    onCapacity,
    lock_wait_ms,
    logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
  });
}

/** A workflow of the one step `act`, and what became of it. */
export function oneStep() {
  const outcomes: (StepError | 'done')[] = [];
  const workflow: Workflow['run'] = async (run, input) => {
    try {
      await run.step('act', input);
      outcomes.push('done');
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      outcomes.push(error);
    }
    return 'over';
  };
  return { workflow, outcomes };
}

/** Never settles, as a call to a provider that does not answer. */
export function hang(): Promise<never> {
  return new Promise(() => {});
}

export { signal, unavailable } from './conformance/tried.ts';
export { until };
