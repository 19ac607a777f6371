import { createPool } from '@oms/kit/postgres/pool.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import type pg from 'pg';
import pino from 'pino';
import { EmbeddedEngine } from '../../src/engine/embedded/embedded.ts';
import { DEFAULT_OUTAGES, retryPolicies } from '../../src/engine/policies.ts';
import { crashInProcess } from './crash.ts';
import { type EngineInTest, type Harness, type Parts, STOP_TIMEOUT_MS } from './harness.ts';
import { testWorkflows } from './workflows.ts';

/** The embedded engine, each time on a database of its own. One at a time: it is one of the whole process. */
export const embedded: Harness = {
  name: 'the embedded engine',

  async create(first): Promise<EngineInTest> {
    const database = await createTestDatabase(await template());
    let pool: pg.Pool | undefined;
    const in_test: EngineInTest = {
      engine: undefined as never,
      async launch(parts) {
        pool = createPool({ url: database.url, max: 4, application_name: 'test' });
        in_test.engine = createEmbedded(pool, parts);
        await in_test.engine.launch();
      },
      async stop(timeout_ms = STOP_TIMEOUT_MS) {
        if (!pool) return;
        await in_test.engine.stop(timeout_ms);
        await pool.end();
        pool = undefined;
      },
      crashInStep: (workflow_id) => crashInProcess('embedded', database.url, workflow_id),
      async dispose() {
        await in_test.stop(0);
        await database.drop();
      },
    };
    await in_test.launch(first);
    return in_test;
  },
};

export function createEmbedded(pool: pg.Pool, parts: Parts): EmbeddedEngine {
  return new EmbeddedEngine({
    ...parts,
    pool,
    workflows: testWorkflows,
    policies: retryPolicies(parts.retry_first_delay_ms ?? 1),
    outages: DEFAULT_OUTAGES,
    workflows_max: 10,
    logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
  });
}

let made: Promise<string> | undefined;

/** A database with the engine's own tables, to be cloned: making them takes long. Left to the test server. */
export function template(): Promise<string> {
  made ??= (async () => {
    const { url } = await createTestDatabase();
    const pool = createPool({ url, max: 4, application_name: 'test' });
    const engine = createEmbedded(pool, { steps: {} });
    await engine.launch();
    await engine.stop(0);
    await pool.end();
    return new URL(url).pathname.slice(1);
  })();
  return made;
}
