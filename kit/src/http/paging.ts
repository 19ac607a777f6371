import type { FastifyReply, FastifyRequest } from 'fastify';
import { commonProblem } from './problem.ts';

/**
 * Sends a page and, where more follows, an RFC 8288 `Link` to the next one.
 * @param rows up to `limit + 1` rows: one more than the page shows that another page follows
 * @param keyOf what the next page starts after
 */
export function toPage<Row>(
  request: FastifyRequest,
  reply: FastifyReply,
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => string,
): Row[] {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length > limit && last !== undefined) {
    // An absolute target names a host, which is the client's word only.
    const [path, query] = request.url.replace(/^https?:\/\/[^/]*/i, '').split('?');
    const parameters = new URLSearchParams(query);
    parameters.set('cursor', Buffer.from(keyOf(last)).toString('base64url'));
    reply.header('link', `<${path}?${parameters}>; rel="next"`);
  }
  return page;
}

/** The key that a cursor holds. @throws Problem when it does not look like one of ours */
export function readCursor(cursor: string | undefined, looksRight: RegExp): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, 'base64url').toString();
  if (looksRight.test(key)) return key;
  const detail = 'is not a cursor of this list; take it from the Link header';
  throw commonProblem('invalid_request', {
    detail,
    errors: [{ pointer: 'query.cursor', code: 'cursor', detail }],
  });
}
