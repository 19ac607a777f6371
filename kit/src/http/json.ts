import { isUtf8 } from 'node:buffer';
import { commonProblem, type FieldError, pointerTo } from './problem.ts';
import { isStorable } from './request_text.ts';

/** Nested deeper than any request of ours; what walks a body can count on it. */
const DEPTH_MAX = 64;

/**
 * What a JSON parser leaves open: RFC 8259 calls texts with such faults unpredictable.
 * @throws Problem for bytes that are not UTF-8
 */
export function readUtf8(body: Buffer): string {
  if (isUtf8(body)) return body.toString();
  throw commonProblem('malformed_json', { detail: 'The body is not UTF-8.' });
}

/**
 * Checks a parsed body against its text.
 * @throws Problem for an object that has a field twice, text that cannot be stored, and too deep nesting
 */
export function requirePlainJson(text: string, value: unknown): void {
  let members = 0;
  let isPlain = true;
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) {
      throw commonProblem('malformed_json', {
        detail: `The body is nested deeper than ${DEPTH_MAX} levels.`,
      });
    }
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'string') isPlain &&= isStorable(item);
      if (typeof item !== 'object' || item === null) continue;
      if (Array.isArray(item)) {
        for (const child of item) next.push(child);
        continue;
      }
      for (const [name, child] of Object.entries(item)) {
        members++;
        isPlain &&= isStorable(name);
        next.push(child);
      }
    }
    level = next;
  }
  if (members < countMembers(text)) {
    throw commonProblem('malformed_json', { detail: 'An object in the body has the same field twice.' });
  }
  if (!isPlain) {
    const errors = [...unstorable(value, '')];
    throw commonProblem('invalid_request', { detail: 'A text cannot be stored.', errors });
  }
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Members of all objects in a valid JSON text: each has one colon outside of strings. */
function countMembers(text: string): number {
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === COLON) members++;
    if (character !== QUOTE) continue;
    for (at++; text.charCodeAt(at) !== QUOTE; at++) {
      if (text.charCodeAt(at) === BACKSLASH) at++;
    }
  }
  return members;
}

function* unstorable(value: unknown, pointer: string): Generator<FieldError> {
  const detail = 'holds the character NUL, or half of a surrogate pair';
  if (typeof value === 'string' && !isStorable(value)) yield { pointer, code: 'text', detail };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    if (!isStorable(name)) yield { pointer, code: 'text', detail: `has a field whose name ${detail}` };
    else yield* unstorable(child, pointer + pointerTo(name));
  }
}
