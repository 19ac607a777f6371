import { commonProblem } from './problem.ts';

/** The ETag of a version. */
export function toEtag({ version }: { version: number }): string {
  return `"${version}"`;
}

/** What an `If-Match` header asks for: a version, any version of what exists (`*`), or nothing. */
export function readIfMatch(header: string | undefined): number | '*' | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const version = /^"(\d{1,9})"$/.exec(header.trim())?.[1];
  if (version === undefined) throw versionMismatch();
  return Number(version);
}

export function versionMismatch() {
  return commonProblem('version_mismatch', {
    detail: 'It has changed since it was read, or never had this ETag. Read it again.',
  });
}
