import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { commonProblem } from './problem.ts';

/** The ETag of a version. */
export function toEtag({ version }: { version: number }): string {
  return `"${version}"`;
}

/** The ETag of a representation that has no version, from its text. */
export function toContentEtag(text: string): string {
  return `"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
}

/** The versions that a condition names; `*` stands for any. */
type Versions = '*' | number[];

/** The conditions of a request that changes something (RFC 9110, 13.1). */
export interface Conditions {
  if_match: Versions | undefined;
  if_none_match: Versions | undefined;
}

type Headers = Record<string, unknown> | undefined;

/** @throws Problem when a header is not a list of entity tags */
export function readConditions(headers: Headers): Conditions {
  // `If-Match` compares strongly: a weak tag matches nothing (RFC 9110, 8.8.3.2).
  const if_match = readTags(headers, 'if-match');
  const if_none_match = readTags(headers, 'if-none-match');
  return {
    if_match: toVersions(Array.isArray(if_match) ? if_match.filter(isStrong) : if_match),
    if_none_match: toVersions(if_none_match),
  };
}

/**
 * Checks conditions on something whose row is locked, or that is compared again when it is written.
 * @param version undefined when it does not exist
 * @throws Problem 412
 */
export function requireConditions(conditions: Conditions, version: number | undefined): void {
  const { if_match, if_none_match } = conditions;
  if (if_match !== undefined && !includes(if_match, version)) throw versionMismatch();
  if (if_none_match !== undefined && includes(if_none_match, version)) throw versionMismatch();
}

/** The same conditions as parameters of a statement that checks them and writes at once. */
export function toParameters({ if_match, if_none_match }: Conditions) {
  return {
    must_exist: if_match !== undefined,
    must_not_exist: if_none_match === '*',
    if_versions: Array.isArray(if_match) ? if_match : null,
    if_not_versions: Array.isArray(if_none_match) ? if_none_match : null,
  };
}

export function versionMismatch() {
  return commonProblem('version_mismatch', {
    detail:
      'It is not in the version that If-Match names, or in one that If-None-Match rules out. Read it again.',
  });
}

/**
 * Answers 304 to a GET or HEAD whose `If-None-Match` names the ETag of the answer.
 * @param hashed operations whose answers have an ETag made from their text
 */
export function addConditionalReads(server: FastifyInstance, hashed: ReadonlySet<string>): void {
  server.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || (request.method !== 'GET' && request.method !== 'HEAD')) return payload;
    const { operationId } = (request.routeOptions.schema ?? {}) as { operationId?: string };
    if (!reply.hasHeader('etag') && hashed.has(operationId ?? '') && typeof payload === 'string') {
      reply.header('etag', toContentEtag(payload));
    }
    const etag = reply.getHeader('etag');
    const known = readTags(request.headers, 'if-none-match');
    if (typeof etag !== 'string' || known === undefined) return payload;
    if (known !== '*' && !known.some((tag) => opaque(tag) === opaque(etag))) return payload;
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    // Fastify's own hook for HEAD needs a text; of GET a text would have a length.
    return request.method === 'HEAD' ? '' : null;
  });
}

const ENTITY_TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

function readTags(headers: Headers, name: string): '*' | string[] | undefined {
  const header = headers?.[name];
  if (typeof header !== 'string') return undefined;
  if (header.trim() === '*') return '*';
  const tags = header.match(ENTITY_TAG);
  if (tags && /^[\s,]*$/.test(header.replaceAll(ENTITY_TAG, ''))) return tags;
  const detail = 'is not a list of entity tags, such as "1", or *';
  throw commonProblem('invalid_request', {
    detail: '1 field is wrong.',
    errors: [{ pointer: `header.${name}`, code: 'format', detail }],
  });
}

/** Tags that are not ours, as of another service, match no version. */
function toVersions(tags: '*' | string[] | undefined): Versions | undefined {
  if (!Array.isArray(tags)) return tags;
  return tags.flatMap((tag) => /^"(\d{1,9})"$/.exec(opaque(tag))?.[1] ?? []).map(Number);
}

function includes(versions: Versions, version: number | undefined): boolean {
  return version !== undefined && (versions === '*' || versions.includes(version));
}

const isStrong = (tag: string) => !tag.startsWith('W/');
const opaque = (tag: string) => tag.replace(/^W\//, '');
