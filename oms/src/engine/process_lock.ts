import { OperatorError } from '@oms/kit/operator_error.ts';
import type pg from 'pg';
import type { Logger } from 'pino';

// Chosen once; any other program's advisory locks have other numbers.
const LOCK_NUMBER = 0x0de51e;
const RETRY_MS = 200;
const RETAKE_MS = 1_000;

/** One process at a time may run the embedded engine on a database; any number may run Temporal's workers. */
export type LockMode = 'exclusive' | 'shared';

const TAKE: Record<LockMode, string> = {
  exclusive: 'SELECT pg_try_advisory_lock($1) AS taken',
  shared: 'SELECT pg_try_advisory_lock_shared($1) AS taken',
};

/**
 * Makes sure that the orders of a database are carried by one engine. The lock is a session's, so it is free at once
 * when the process dies; after an outage of the database it is taken anew.
 */
export class ProcessLock {
  readonly #pool: pg.Pool;
  readonly #logger: Logger;
  readonly #mode: LockMode;
  #client: pg.PoolClient | undefined;
  #isReleased = false;

  constructor(pool: pg.Pool, logger: Logger, mode: LockMode) {
    this.#pool = pool;
    this.#logger = logger;
    this.#mode = mode;
  }

  /** @param wait_ms how long to wait for another process that is just ending */
  async take(wait_ms: number): Promise<void> {
    for (let waited_ms = 0; !(await this.#try()); waited_ms += RETRY_MS) {
      if (waited_ms >= wait_ms) throw new OperatorError(CARRIED_BY_ANOTHER);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  release(): void {
    this.#isReleased = true;
    this.#client?.release(true);
    this.#client = undefined;
  }

  async #try(): Promise<boolean> {
    const client = await this.#pool.connect();
    const { rows } = await client.query(TAKE[this.#mode], [LOCK_NUMBER]);
    if (!rows[0].taken || this.#isReleased) {
      client.release(true);
      return false;
    }
    client.once('error', () => this.#retake(client));
    this.#client = client;
    return true;
  }

  #retake(lost: pg.PoolClient): void {
    if (this.#isReleased) return;
    lost.release(true);
    this.#client = undefined;
    this.#retakeLater();
  }

  #retakeLater(): void {
    setTimeout(async () => {
      if (this.#isReleased) return;
      try {
        if (await this.#try()) return;
        this.#logger.error('another process carries the orders of this database as well: stop one of them');
      } catch (error) {
        this.#logger.debug({ err: error }, 'the lock of the engine cannot be taken yet');
      }
      this.#retakeLater();
    }, RETAKE_MS).unref();
  }
}

const CARRIED_BY_ANOTHER =
  'Another process carries the orders of this database. Stop it first, or use another database.';

/** How many processes hold the lock, in whatever mode; asked within a transaction, it may change right after. */
export async function countLockHolders(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*)::int AS count FROM pg_locks
     WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND classid = 0 AND objid = $1 AND granted`,
    [LOCK_NUMBER],
  );
  return rows[0].count;
}
