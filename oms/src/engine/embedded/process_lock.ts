import { OperatorError } from '@oms/kit/operator_error.ts';
import type pg from 'pg';
import type { Logger } from 'pino';

// Chosen once; any other program's advisory locks have other numbers.
const LOCK_NUMBER = 0x0de51e;
const RETRY_MS = 200;
const RETAKE_MS = 1_000;

/**
 * Makes sure that one process at a time runs the embedded engine on a database. The lock is a session's, so
 * it is free at once when the process dies; after an outage of the database it is taken anew.
 */
export class ProcessLock {
  readonly #pool: pg.Pool;
  readonly #logger: Logger;
  #client: pg.PoolClient | undefined;
  #isReleased = false;

  constructor(pool: pg.Pool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  /** @param wait_ms how long to wait for another process that is just ending */
  async take(wait_ms: number): Promise<void> {
    for (let waited_ms = 0; !(await this.#try()); waited_ms += RETRY_MS) {
      if (waited_ms >= wait_ms) {
        throw new OperatorError(
          'Another process carries the orders of this database. Stop it first, or use another database.',
        );
      }
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
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS taken', [LOCK_NUMBER]);
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
