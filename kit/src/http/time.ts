import { commonProblem } from './problem.ts';

/**
 * A time of a query, in milliseconds.
 * @throws Problem for a time that has the form of one and is none, such as a leap second's
 */
export function readTime(name: string, text: string): number {
  const time_ms = Date.parse(text);
  if (!Number.isNaN(time_ms)) return Math.max(0, time_ms);
  const errors = [{ pointer: `query.${name}`, code: 'format', detail: 'is no time that we can read' }];
  throw commonProblem('invalid_request', { detail: '1 field is wrong.', errors });
}
