import { createHash } from 'node:crypto';
import pg from 'pg';
import { isStalePlan } from './errors.ts';
import { repeatWhenRolledBack } from './repeat.ts';

// Amounts and identities are 64-bit in the schema and far below 2^53 in value.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 out of range: ${text}`);
  return value;
});

export interface PoolOptions {
  url: string;
  /** Most connections held at once. */
  max: number;
  /** Shown by the server in pg_stat_activity. */
  application_name: string;
  /** Server settings of the pool's sessions, such as `{ synchronous_commit: 'off' }`. */
  settings?: Record<string, string>;
  /** The server ends a statement that runs longer. Default 30 s. */
  statement_timeout_ms?: number;
  /** The server ends a statement that waits longer for another's lock. Default 5 s. */
  lock_timeout_ms?: number;
}

/**
 * A pool whose parametrised statements are prepared once per connection, under a name made from their
 * text: the server then parses and plans each only once. Texts must therefore be constant.
 *
 * A migration may change what a prepared statement returns. The server refuses such a statement, which is then
 * prepared again and run once more; inside a transaction, `transaction` repeats the whole of it.
 */
export function createPool(options: PoolOptions): pg.Pool {
  const { statement_timeout_ms = 30_000 } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.application_name,
    connectionTimeoutMillis: 10_000,
    statement_timeout: statement_timeout_ms,
    // A server that vanished without a word ends no statement; the connection is then given up from here.
    ...(statement_timeout_ms > 0 && { query_timeout: statement_timeout_ms + ANSWER_MS }),
    lock_timeout: options.lock_timeout_ms ?? 5_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: Object.entries(options.settings ?? {})
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    Client: PreparingClient,
  });
  // A connection lost while idle is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => {});
  return pool;
}

/** How long an answer may take on its way. */
const ANSWER_MS = 2_000;

const names = new Map<string, string>();
const NAMES_MAX = 2_000;
let generation = 0;

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (!name && names.size < NAMES_MAX) {
    name = `${createHash('sha256').update(text).digest('base64url').slice(0, 24)}.${generation}`;
    names.set(text, name);
  }
  return name;
}

/** Names every statement anew, unless another connection has done so since this name was made. */
function renameStatements(text: string, name: string | undefined): void {
  if (names.get(text) !== name) return;
  names.clear();
  generation++;
}

class PreparingClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // A connection lost between two statements shows in the next one; unheard, it would end the process.
    this.on('error', () => {});
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg's overloads, of which only (text, values) is changed
  override query(first: any, ...rest: any[]): any {
    // A text without values may hold several statements, which cannot be prepared.
    if (typeof first === 'string' && Array.isArray(rest[0]) && rest[0].length > 0) {
      const [values] = rest;
      const run = () => this.#queryPrepared(first, values);
      // Inside a transaction its owner repeats the whole of it.
      const result = this.getTransactionStatus() === 'T' ? run() : repeatWhenRolledBack(run);
      const callback = rest[1];
      if (!callback) return result;
      result.then(
        (rows) => callback(null, rows),
        (error) => callback(error),
      );
      return;
    }
    return super.query(first, ...rest);
  }

  async #queryPrepared(text: string, values: unknown[]): Promise<pg.QueryResult> {
    const isInTransaction = this.getTransactionStatus() === 'T';
    const name = nameOf(text);
    try {
      return await super.query({ ...(name && { name }), text, values });
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      renameStatements(text, name);
      // The error has ended the transaction, so only its owner can repeat it.
      if (isInTransaction) throw error;
      return super.query({ name: nameOf(text)!, text, values });
    }
  }
}
