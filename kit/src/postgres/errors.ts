import { NETWORK_CODES } from '../network_codes.ts';

// https://www.postgresql.org/docs/18/errcodes-appendix.html: connection exceptions, insufficient
// resources, operator intervention, and what a transaction may simply try again.
const PASSING = /^(08|53|57P|25006|25P03|40001|40P01|55P03|57014)/;
// What pg throws without a code.
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|timeout expired|Query read timeout/;

/** Whether the database, not the statement, is at fault: the same statement may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return PASSING.test(code) || NETWORK_CODES.has(code);
  return MESSAGES.test(error.message);
}

/** Whether a text holds what PostgreSQL cannot store: the character NUL, or half of a surrogate pair. */
export function isUnstorableText(error: unknown): boolean {
  return (
    error instanceof Error && ['22021', '22P05', '22P02'].includes(String((error as { code?: unknown }).code))
  );
}

/**
 * Whether the server refused a prepared statement because a migration has changed its columns since
 * (`cached plan must not change result type`). Its routine names it, because its message is translated.
 */
export function isStalePlan(error: unknown): boolean {
  const { code, routine } = error as { code?: unknown; routine?: unknown };
  return error instanceof Error && code === '0A000' && routine === 'RevalidateCachedQuery';
}

// Serialization failure and deadlock: the server has rolled back the transaction.
const ROLLED_BACK = new Set(['40001', '40P01']);

/** Whether the server rolled back a transaction that it might have committed at another moment: it can be repeated at once. */
export function isRolledBackByOthers(error: unknown): boolean {
  return error instanceof Error && ROLLED_BACK.has(String((error as { code?: unknown }).code));
}

// Serialization failure, deadlock, and a unique key that another transaction took in between.
const CONTENTION = new Set(['40001', '40P01', '23505']);

/** Whether others changed the same rows at the same time: nothing was written, and a later attempt may succeed. */
export function isContention(error: unknown): boolean {
  return error instanceof Error && CONTENTION.has(String((error as { code?: unknown }).code));
}

/** Whether a statement waited too long for another's lock. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === '55P03';
}
