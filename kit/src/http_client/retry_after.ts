/** Longer waits are cut to this: a provider that asks for more is looked at again anyway. */
const WAIT_MAX_MS = 24 * 60 * 60 * 1000;

/**
 * The wait that `Retry-After` asks for, in ms; undefined without the header or when it says nothing that can be read.
 * @param header delay in seconds or an HTTP date (RFC 9110, 10.2.3)
 */
export function readRetryAfter(header: unknown, now_ms = Date.now()): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  const delay_ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now_ms;
  if (Number.isNaN(delay_ms)) return undefined;
  return Math.min(Math.max(delay_ms, 0), WAIT_MAX_MS);
}
