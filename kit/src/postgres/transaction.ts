import type pg from 'pg';
import { isStalePlan } from './errors.ts';
import { repeatWhenRolledBack } from './repeat.ts';

/**
 * Runs work in one transaction: committed when it returns, rolled back when it throws. Work runs again when a
 * migration changed the columns of its prepared statements meanwhile, and after a deadlock or a serialization failure,
 * so it must have no effect of its own.
 */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return repeatWhenRolledBack(async () => {
    try {
      return await runTransaction(pool, work);
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      return runTransaction(pool, work);
    }
  });
}

async function runTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    try {
      await client.query('ROLLBACK');
    } catch (cause) {
      broken = cause as Error;
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Runs each statement with a plan made for its values, for searches whose filters come and go. */
export function unprepared(pool: pg.Pool): Pick<pg.Pool, 'query'> {
  // biome-ignore lint/suspicious/noExplicitAny: pg's overloads, of which only (text, values) is used
  return { query: (text: any, values?: any) => pool.query({ text, values }) } as Pick<pg.Pool, 'query'>;
}
