import { type Answer, Refusal } from '../answer.ts';
import type { Call, Database } from '../operation.ts';
import { stripeError } from './errors.ts';
import { type IdempotencyKeys, type Kept, type Key, keyOf, REPLAYED } from './idempotency.ts';
import { LEAVE_INTENT } from './statements.ts';

export interface Stripe {
  pool: Database;
  keys: IdempotencyKeys;
}

export interface Change<Row> {
  statement: string;
  /** What follows the key and its fingerprint. */
  values(key: Key): unknown[];
  answer(row: Row): Answer;
  /** Why nothing was done: thrown when there is no such object, given when its state forbids. */
  explain(): Promise<Answer | undefined>;
}

/** One change under its idempotency key: acts, replays, or tells why not. */
export async function change<Row>({ pool, keys }: Stripe, call: Call, work: Change<Row>): Promise<Answer> {
  const key = keyOf(call);
  const isLeft = call.instead?.outcome === 'unchanged' && !(await work.explain());
  const row = isLeft
    ? await firstRow<Row>(pool, LEAVE_INTENT, [call.params.id, key.value, key.fingerprint])
    : await firstRow<Row>(pool, work.statement, work.values(key));
  if (row) return work.answer(row);

  const kept = await keys.find(key);
  if (kept) return replay(kept, work.answer);

  const refusal = await work.explain();
  if (refusal) {
    await keys.keep(key, refusal);
    return refusal;
  }
  // Another request changed the object between our two looks at it.
  throw new Refusal(
    stripeError(429, {
      code: 'lock_timeout',
      message:
        'This object cannot be accessed right now because another API request is currently accessing it.',
    }),
  );
}

export function replay<Row>(kept: Kept, answer: (row: Row) => Answer): Answer {
  const genuine =
    'error' in kept.result ? { status: kept.status, body: kept.result } : answer(kept.result as Row);
  return { ...genuine, headers: REPLAYED };
}

/** The first row's `row`; nothing when the idempotency key was taken in the same moment. */
export async function firstRow<Row>(
  pool: Database,
  statement: string,
  values: unknown[],
): Promise<Row | undefined> {
  try {
    const { rows } = await pool.query(statement, values);
    return rows[0]?.row;
  } catch (error) {
    if ((error as { constraint?: string }).constraint === 'idempotency_keys_pkey') return undefined;
    throw error;
  }
}

export async function allRows<Row>(pool: Database, statement: string, values: unknown[]): Promise<Row[]> {
  const { rows } = await pool.query(statement, values);
  return rows.map(({ row }) => row);
}
