import { randomFillSync } from 'node:crypto';

/**
 * A time-ordered id: prefix, 12 hex digits of milliseconds, 4 of a counter, 16 of chance. Lists are kept
 * in the order of ids, and hexadecimal never spells `beta`, which EasyPost's client takes for another API.
 */
export function newId(prefix: string): string {
  const now_ms = Date.now();
  if (now_ms > last_ms) {
    last_ms = now_ms;
    counter = 0;
  } else if (++counter > 0xffff) {
    last_ms++;
    counter = 0;
  }
  return `${prefix}${hex(last_ms, 12)}${hex(counter, 4)}${chance()}`;
}

/** The lowest id that an object of this moment can have. */
export function idFloor(prefix: string, at_ms: number): string {
  return prefix + hex(Math.min(Math.max(Math.floor(at_ms), 0), 0xffffffffffff), 12);
}

/** The part behind the prefix, shared by the things that belong to one object. */
export function idTail(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}

let last_ms = 0;
let counter = 0;
const stock = Buffer.alloc(4096);
let used = stock.length;

function chance(): string {
  if (used === stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  used += 8;
  return stock.toString('hex', used - 8, used);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
