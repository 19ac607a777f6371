import { createPool } from '@oms/kit/postgres/pool.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import type pg from 'pg';
import { BY_KEY } from '../../../src/context.ts';
import { migrate } from '../../../src/migrations.ts';
import type { Stores } from '../stores.ts';
import { Blocked } from './database.ts';
import { prepare } from './memory.ts';
import type { Answer, Connection, Prepared, Store } from './pool.ts';

/** Before `pg_catalog` in the search path, so that the service's statements take the simulation's time. */
const CLOCK = `
  CREATE SCHEMA simulation;
  CREATE TABLE simulation.clock AS SELECT now() AS at;
  CREATE FUNCTION simulation.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM simulation.clock'`;
const PATH = { search_path: 'simulation,public,pg_catalog' };

const TABLES = `orders, order_lines, order_events, payment_entries, shipments, reservations, outbox,
  idempotency_keys, stock, products, customers`;

/** The real database, one for all worlds, emptied before each. */
export async function openPostgres(): Promise<Stores> {
  const database = await createTestDatabase();
  await migrate(database.url);
  const settings = { ...BY_KEY, ...PATH, synchronous_commit: 'off' };
  const pool = createPool({ url: database.url, max: 20, application_name: 'simulation', settings });
  await pool.query(CLOCK);
  let store: PostgresStore | undefined;
  return {
    async fresh() {
      await store?.rest();
      await pool.query(`TRUNCATE ${TABLES} RESTART IDENTITY`);
      store = new PostgresStore(pool);
      return store;
    },
    async close() {
      await store?.rest();
      await pool.end();
      await database.drop();
    },
  };
}

/**
 * One statement at a time, so that the seed alone decides their order. What would wait for a lock that an open
 * transaction has is therefore held back until that has ended.
 */
class PostgresStore implements Store {
  readonly #pool: pg.Pool;
  readonly #open = new Set<PostgresConnection>();
  prepare = prepare;
  onFlush: () => void = () => {};
  #queue: Promise<unknown> = Promise.resolve();
  #set_to_ms = 0;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  connect(): Connection {
    return new PostgresConnection(this, this.#open);
  }

  disconnectAll(): void {
    for (const connection of [...this.#open]) connection.release(true);
  }

  /** All that was under way is done. */
  async rest(): Promise<void> {
    this.disconnectAll();
    await this.#queue.catch(() => {});
  }

  take(): Promise<pg.PoolClient> {
    return this.#pool.connect();
  }

  query(client: pg.PoolClient | undefined, { text, bindings }: Prepared): Promise<Answer> {
    const now_ms = Date.now();
    const result = this.#queue
      .catch(() => {})
      .then(async () => {
        if (now_ms !== this.#set_to_ms) {
          await this.#pool.query('UPDATE simulation.clock SET at = $1', [new Date(now_ms)]);
          this.#set_to_ms = now_ms;
        }
        return (client ?? this.#pool).query(text, [...bindings]);
      });
    this.#queue = result;
    return result.then((answer) => {
      if (!client || text === 'COMMIT') this.onFlush();
      return answer;
    });
  }
}

class PostgresConnection implements Connection {
  readonly #store: PostgresStore;
  readonly #open: Set<PostgresConnection>;
  #client: pg.PoolClient | undefined;
  #isBroken = false;
  /** What it has locked, by the names that statements give. */
  readonly locked = new Set<string>();
  readonly ended = Promise.withResolvers<void>();

  constructor(store: PostgresStore, open: Set<PostgresConnection>) {
    this.#store = store;
    this.#open = open;
  }

  query(statement: Prepared): Promise<Answer> {
    const names = [statement.given.order_id, statement.given.id, statement.given.key].filter(
      (name) => typeof name === 'string',
    );
    for (const other of this.#open) {
      if (other === this) continue;
      if (names.some((name) => other.locked.has(name))) throw new Blocked(other.ended.promise);
    }
    return this.#query(statement, names);
  }

  release(isBroken = false): void {
    if (!this.#open.delete(this)) return;
    this.#isBroken = true;
    this.ended.resolve();
    this.#client?.release(isBroken || this.#isBroken);
    this.#client = undefined;
  }

  async #query(statement: Prepared, names: string[]): Promise<Answer> {
    if (this.#isBroken) throw Object.assign(new Error('the connection is gone'), { code: '57P01' });
    if (statement.text === 'BEGIN') {
      this.#open.add(this);
      this.#client = await this.#store.take();
    }
    if (this.#client) for (const name of names) this.locked.add(name);
    const answer = await this.#store.query(this.#client, statement);
    if (statement.text === 'COMMIT' || statement.text === 'ROLLBACK') this.#end();
    return answer;
  }

  /** The transaction is over; the connection may go back as it is. */
  #end(): void {
    this.#open.delete(this);
    this.ended.resolve();
    this.#client?.release();
    this.#client = undefined;
  }
}
