import type { IncomingMessage } from 'node:http';
import { commonProblem } from './problem.ts';

/**
 * Refuses a request whose target or `Host` can be read in two ways.
 * @throws Problem for a missing or second `Host`, an absolute target of another host, and text that is not UTF-8
 */
export function requireReadableRequest(raw: IncomingMessage): void {
  const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  // RFC 9112, 3.2
  if (hosts.length > 1 || (hosts.length === 0 && raw.httpVersion !== '1.0')) {
    throw commonProblem('malformed_request', { detail: 'Send exactly one Host header.' });
  }
  const url = raw.url ?? '';
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  if (authority !== undefined && authority.toLowerCase() !== raw.headers.host?.toLowerCase()) {
    throw commonProblem('malformed_request', { detail: 'The request target names another host than Host.' });
  }
  if (!isReadable(url)) {
    throw commonProblem('invalid_request', {
      detail: 'Path or query is not percent-encoded UTF-8, or holds the character NUL.',
    });
  }
}

function isReadable(url: string): boolean {
  if (!/^[\x21-\x7e]*$/.test(url)) return false;
  if (!url.includes('%')) return true;
  try {
    return isStorable(decodeURIComponent(url));
  } catch {
    return false;
  }
}

/** Whether a text is the same after it was stored: it has no NUL, and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
