import { hash } from 'node:crypto';
import { type Answer, Refusal } from '../answer.ts';
import type { Call, Database } from '../operation.ts';
import { invalid, stripeError } from './errors.ts';

/**
 * Stripe's promise: the result of the first request with a key, good or bad, is given again to every later
 * one, unless validation refused it before it began. https://docs.stripe.com/api/idempotent_requests
 *
 * The database holds the promise: a key is inserted by the very statement that acts. Only "still
 * executing" is known in memory, which a crash rightly forgets.
 */
export interface Key {
  value: string | null;
  fingerprint: string | null;
}

/** What is kept: the changed row, from which the answer is made anew; or, of an error, its whole body. */
export interface Kept {
  status: number;
  result: object;
}

export class IdempotencyKeys {
  readonly #pool: Database;
  readonly #executing = new Set<string>();
  #purge: NodeJS.Timeout | undefined;

  constructor(pool: Database) {
    this.#pool = pool;
  }

  /** Runs the work unless a request with the same key is under way. */
  async guard(call: Call, work: () => Promise<Answer>): Promise<Answer> {
    const key = call.idempotency_key;
    if (!key) return work();
    if (key.length > KEY_LENGTH_MAX) {
      throw invalid(undefined, `Idempotency keys have at most ${KEY_LENGTH_MAX} characters.`);
    }
    if (this.#executing.has(key)) {
      const message = `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}`;
      throw new Refusal(stripeError(409, { code: 'idempotency_key_in_use', message }));
    }
    this.#executing.add(key);
    try {
      return await work();
    } finally {
      this.#executing.delete(key);
    }
  }

  /** What an earlier request with this key ended in; refused when that was another request. */
  async find(key: Key): Promise<Kept | undefined> {
    if (key.value === null) return undefined;
    const { rows } = await this.#pool.query(
      'SELECT fingerprint, status, result FROM sandbox.idempotency_keys WHERE key = $1',
      [key.value],
    );
    const row = rows[0];
    if (!row || row.fingerprint === key.fingerprint) return row;
    throw new Refusal(
      stripeError(400, {
        type: 'idempotency_error',
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key.value}' if you meant to execute a different request.`,
      }),
    );
  }

  /** Keeps a refusal that was found while executing. */
  async keep(key: Key, answer: Answer): Promise<void> {
    if (key.value === null) return;
    await this.#pool.query(
      `INSERT INTO sandbox.idempotency_keys (key, fingerprint, status, result)
       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [key.value, key.fingerprint, answer.status, answer.body],
    );
  }

  /**
   * Keeps a failure of the provider's own, as Stripe does when it failed after it had begun. Where the request has
   * acted, the failure takes the place of its result; what an earlier request with the key left behind stays.
   */
  async keepFailure(key: Key, failure: Answer, acted?: Answer): Promise<void> {
    if (!acted) return this.keep(key, failure);
    if (key.value === null || acted.headers?.[REPLAYED_HEADER]) return;
    await this.#pool.query('UPDATE sandbox.idempotency_keys SET status = $2, result = $3 WHERE key = $1', [
      key.value,
      failure.status,
      failure.body,
    ]);
  }

  /** Keys may be forgotten after a day; some are, now and then. */
  startPurge(): void {
    this.#purge = setInterval(() => this.purge().catch(() => {}), PURGE_INTERVAL_MS).unref();
  }

  stopPurge(): void {
    clearInterval(this.#purge);
  }

  async purge(): Promise<void> {
    await this.#pool.query(
      `DELETE FROM sandbox.idempotency_keys WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM sandbox.idempotency_keys WHERE created_at < now() - interval '24 hours' LIMIT 20000))`,
    );
  }
}

const REPLAYED_HEADER = 'Idempotent-Replayed';
export const REPLAYED: Record<string, string> = { [REPLAYED_HEADER]: 'true' };

const KEY_LENGTH_MAX = 255;
const PURGE_INTERVAL_MS = 60_000;

export function keyOf(call: Call): Key {
  const value = call.idempotency_key;
  return value ? { value, fingerprint: fingerprintOf(call) } : { value: null, fingerprint: null };
}

/** The same parameters in another order are the same request. */
function fingerprintOf(call: Call): string {
  return hash('sha256', JSON.stringify([call.path, sorted(call.body)]), 'base64url');
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, item]) => [name, sorted(item)]);
}
