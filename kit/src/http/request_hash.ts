import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Each way to hash a request that a release has had; hashes that are stored begin with its name. */
const HASHES: Record<string, (content: unknown) => string> = {
  // SHA-256 of the canonical form of RFC 8785.
  v1: (content) => hash('sha256', canonicalize(content) ?? '', 'base64url'),
};
const CURRENT = 'v1';

/**
 * The hash of a request, under which its answer is stored.
 * @param content what the client sent, before defaults: a field added to the contract later then changes no hash
 */
export function hashRequest(content: unknown): string {
  return `${CURRENT}:${HASHES[CURRENT]!(content)}`;
}

/** Whether a request is the one of a hash, which an earlier release may have stored. */
export function isSameRequest(stored_hash: string, content: unknown): boolean {
  const [version = ''] = stored_hash.split(':');
  return stored_hash === `${version}:${HASHES[version]?.(content)}`;
}
