import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '@oms/kit/testing/database.ts';
import type { PreparedQuery } from '@pgtyped/runtime';
import fc from 'fast-check';
import type pg from 'pg';
import { findPrices } from '../../../src/inventory/inventory.queries.ts';
import { migrate } from '../../../src/migrations.ts';
import { findOrder } from '../../../src/orders/orders.queries.ts';
import { claimOutbox, deleteOutbox } from '../../../src/outbox/outbox.queries.ts';
import { calmPool } from '../check.ts';
import { anyCommand, beginning, type Command, look, NOW, skus } from './commands.ts';
import { MemoryStore, statements } from './memory.ts';

const SEQUENCES = 25;
/** Those that refer to others first. */
const TABLES = [
  ...['order_lines', 'order_events', 'payment_entries', 'shipments', 'reservations', 'outbox', 'orders'],
  ...['idempotency_keys', 'idempotency_horizon', 'stock', 'products', 'customers'],
];
/** Statements whose rows come in no order. */
const UNORDERED = new Set(['FindPrices', 'FindExpired']);

/** What the simulation takes for PostgreSQL answers as PostgreSQL does, whatever statements come in whatever order. */
describe('the database in memory', () => {
  let database: TestDatabase;
  let real: pg.Pool;
  before(async () => {
    const hasTemplate = process.env.TEST_POSTGRES_URL !== undefined;
    database = await createTestDatabase(hasTemplate ? 'oms_template' : undefined);
    if (!hasTemplate) await migrate(database.url);
    real = createPool({ url: database.url, max: 2, application_name: 'test' });
  });
  after(async () => {
    await real.end();
    await database.drop();
  });

  it('answers every statement as PostgreSQL does', async () => {
    const used = new Set<string>();
    const property = fc.asyncProperty(
      fc.array(anyCommand, { minLength: 20, maxLength: 50, size: 'max' }),
      async (commands) => {
        await real.query(TABLES.map((table) => `DELETE FROM ${table}`).join(';'));
        const memory = calmPool(new MemoryStore());
        const isPrepared = commands.length % 4 > 0;
        for (const planned of [...(isPrepared ? beginning : []), ...commands, ...look]) {
          used.add(planned.name);
          if (!(await makesSense(memory, planned))) continue;
          const command = await atItsStage(memory, planned);
          const [expected, given] = [await answer(real, command), await answer(memory, command)];
          assert.deepEqual(alike(given, expected), expected, command.name);
        }
      },
    );
    await fc.assert(property, { numRuns: SEQUENCES, endOnFailure: true });
    const missing = [...statements.values()].map(({ name }) => name).filter((name) => !used.has(name));
    assert.deepEqual(missing, []);
  });
});

/** These are run only for orders that were found before. */
async function makesSense(pool: pg.Pool, { name, parameters }: Command): Promise<boolean> {
  // The service takes no order of what was never on sale.
  if (name === 'ReserveStock') return (await findPrices.run({ skus }, pool)).length === skus.length;
  if (name !== 'AmendOrder' && name !== 'EnqueueRestart') return true;
  const { id, order_id = id } = parameters as { id: string; order_id?: string };
  return (await findOrder.run({ id: order_id }, pool)).length > 0;
}

async function atItsStage(pool: pg.Pool, command: Command): Promise<Command> {
  const given = command.parameters as { from?: string; id?: string; order_id?: string } | undefined;
  if (given?.from !== NOW) return command;
  const [order] = await findOrder.run({ id: (given.order_id ?? given.id)! }, pool);
  return { ...command, parameters: { ...given, from: order?.stage ?? 'accepted' } };
}

/** The rows that a statement gives, or the code of its error; without times, which differ. */
async function answer(pool: pg.Pool, { query, parameters, name }: Command): Promise<unknown> {
  try {
    if (name === 'DeleteOutbox') return await carry(pool);
    const rows = await (query as PreparedQuery<unknown, unknown>).run(parameters, pool);
    const told = rows.map(timeless);
    return UNORDERED.has(name) ? told.toSorted(byText) : told;
  } catch (error) {
    const { code } = error as { code?: string };
    if (!code) throw error;
    return code;
  }
}

/** Ids of rows differ: each side deletes those that it claimed. */
async function carry(pool: pg.Pool): Promise<unknown> {
  const rows = await claimOutbox.run({ starts_max: 2, restarts_max: 1, messages_max: 0 }, pool);
  const first = rows.toSorted((one, other) => one.id - other.id).slice(0, 2);
  await deleteOutbox.run({ ids: first.map(({ id }) => id) }, pool);
  return first.map(({ order_id, kind }) => `${order_id} ${kind}`);
}

const TIMES = /^(created_at|updated_at|recorded_at|occurred_at|expires_at|name|email)$/;

function timeless(value: unknown): unknown {
  if (value instanceof Date) return 'a time';
  if (Array.isArray(value)) return value.map(timeless).toSorted(byText);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !TIMES.test(key) && key !== 'id');
  kept.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(kept.map(([key, part]) => [key, timeless(part)]));
}

/** Rows in memory may have more columns than the statement asks for. */
function alike(given: unknown, expected: unknown): unknown {
  if (!Array.isArray(given) || !Array.isArray(expected) || given.length !== expected.length) return given;
  return given.map((row, index) => {
    const wanted = expected[index];
    if (typeof row !== 'object' || typeof wanted !== 'object' || row === null) return row;
    return narrowed(row as Record<string, unknown>, wanted as Record<string, unknown>);
  });
}

function narrowed(row: Record<string, unknown>, wanted: Record<string, unknown>): unknown {
  return Object.fromEntries(
    Object.keys(wanted).map((key) => {
      const [part, whole] = [row[key] ?? null, wanted[key]];
      const nested = Array.isArray(part) ? alike(part, whole) : part;
      return [key, nested];
    }),
  );
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
