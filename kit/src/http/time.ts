import { commonProblem } from './problem.ts';

/** RFC 3339 has a year 0, which neither PostgreSQL nor most clients know. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A time of a query, in milliseconds since 1970. Earlier times count as 1970, because nothing is older.
 * @throws Problem for a text that is not a time, and for a time outside of the years 1 to 9999
 */
export function readTime(name: string, text: string): number {
  const time_ms = Date.parse(text);
  if (time_ms >= FIRST_MS && time_ms <= LAST_MS) return Math.max(0, time_ms);
  const detail = 'must be a time between the years 1 and 9999, such as 2026-01-31T09:30:00Z';
  throw commonProblem('invalid_request', {
    detail: '1 field is wrong.',
    errors: [{ pointer: `query.${name}`, code: 'format', detail }],
  });
}
