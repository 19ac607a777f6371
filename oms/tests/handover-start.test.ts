import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createLogger } from '@oms/kit/logger.ts';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import type pg from 'pg';
import { ProcessLock } from '../src/engine/process_lock.ts';
import { type EngineInUse, findEngineInUse } from '../src/handover/engine_in_use.ts';
import { takeOver } from '../src/handover/take_over.ts';
import { migrate } from '../src/migrations.ts';

const EMBEDDED: EngineInUse = { engine: 'embedded', server: null, namespace: null, address: null };
const TEMPORAL: EngineInUse = {
  engine: 'temporal',
  server: 'a:7233',
  namespace: 'default',
  address: 'a:7233',
};

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: pg.Pool;
before(async () => {
  const hasTemplate = process.env.TEST_POSTGRES_URL !== undefined;
  database = await createTestDatabase(hasTemplate ? 'oms_template' : undefined);
  if (!hasTemplate) await migrate(database.url);
  pool = createPool({ url: database.url, max: 10, application_name: 'test' });
});
after(async () => {
  await pool.end();
  await database.drop();
});

it('two Temporal workers that start together after the embedded engine both start', async () => {
  await takeOver(pool, EMBEDDED, { held: false, track_deliveries: false });
  const locks = [0, 1].map(() => new ProcessLock(pool, createLogger('silent'), 'shared'));
  try {
    for (const lock of locks) await lock.take(0);
    const handed = await Promise.all(
      locks.map(() => takeOver(pool, TEMPORAL, { held: true, track_deliveries: false })),
    );
    assert.equal(handed.filter((one) => one !== undefined).length, 1, 'one of them takes the orders over');
    assert.equal((await findEngineInUse(pool))?.server, TEMPORAL.server);
  } finally {
    for (const lock of locks) lock.release();
  }
});
