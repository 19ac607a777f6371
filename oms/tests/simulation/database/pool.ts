import type pg from 'pg';
import type { Process, World } from '../world.ts';
import { Blocked } from './database.ts';

/** What statements act on. */
export interface Store {
  prepare(text: string, bindings: readonly unknown[]): Prepared;
  connect(): Connection;
  /** Every connection is lost, and what was not committed with it. */
  disconnectAll(): void;
  /** Called when something that was written is on disk. */
  onFlush: () => void;
}

/** A statement with its values. */
export interface Prepared {
  name: string;
  text: string;
  bindings: readonly unknown[];
  /** The values by the names of the parameters. */
  given: Record<string, unknown>;
}

export interface Connection {
  /** @throws Blocked while the statement must wait */
  query(statement: Prepared): Answer | Promise<Answer>;
  release(isBroken?: boolean): void;
}

export interface Answer {
  rows: object[];
}

/** A pool as the service knows it, of one process; every statement is an act in the simulated world. */
export function simulatedPool(world: World, process: Process, store: Store): pg.Pool {
  async function run(connection: Connection, text: string, bindings: readonly unknown[]): Promise<Answer> {
    const statement = store.prepare(text, bindings);
    const { name } = statement;
    const order = orderIn(world, statement.given);
    for (;;) {
      try {
        return await world.database(process, order, name, () => connection.query(statement));
      } catch (error) {
        if (!(error instanceof Blocked)) throw error;
        world.tell(order, () => `${name} waits for another’s lock`);
        await error.released;
        await world.pass(process, 0);
      }
    }
  }

  const pool = {
    async query(text: string, bindings: readonly unknown[] = []) {
      const connection = store.connect();
      try {
        return await run(connection, text, bindings);
      } finally {
        connection.release();
      }
    },
    async connect() {
      const connection = store.connect();
      return {
        query: (text: string, bindings: readonly unknown[] = []) => run(connection, text, bindings),
        release: (broken?: unknown) => connection.release(Boolean(broken)),
      };
    },
  };
  return pool as unknown as pg.Pool;
}

/** The order that a statement is about: named by its id, or at first by the key of its request. */
function orderIn(world: World, given: Record<string, unknown>): number | undefined {
  const id = (given.order_id ?? given.id) as string | undefined;
  const key = (given.idempotency_key ?? given.key) as string | undefined;
  const known = id === undefined ? undefined : world.orderOf(String(id));
  if (known !== undefined || key === undefined) return known;
  const order = Number(/^o(\d+)-/.exec(key)?.[1]);
  if (id !== undefined) world.name(String(id), order);
  return order;
}
