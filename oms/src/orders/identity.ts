import { hash, randomFillSync } from 'node:crypto';

// Crockford's base 32 in lower case: sorts as it counts, and has no letters that look like digits.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PREFIX = 'ord_';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** Hash slots that customers are spread over; each belongs to one shard. */
export const SLOTS = 4096;

/**
 * A new order id: `ord_`, 10 characters of time in milliseconds, 16 characters of which the first 12
 * bits are the customer's slot and the other 68 random. It sorts by time, and an id alone finds its shard.
 */
export function newOrderId(customer_id: string | null, now_ms: number): string {
  const bytes = randomFillSync(new Uint8Array(RANDOM_LENGTH));
  const slot = customer_id === null ? ((bytes[0]! << 8) | bytes[1]!) % SLOTS : slotOfCustomer(customer_id);
  const digits = Array.from(bytes, (byte) => byte & 31);
  digits[0] = slot >> 7;
  digits[1] = (slot >> 2) & 31;
  digits[2] = ((slot & 3) << 3) | (digits[2]! & 7);
  return timePrefix(now_ms) + digits.map((digit) => ALPHABET[digit]).join('');
}

/** The smallest id that an order created at this time can have, for ranges of ids by time. */
export function firstOrderIdAt(time_ms: number): string {
  return timePrefix(time_ms) + '0'.repeat(RANDOM_LENGTH);
}

/** When an order was created, in ms since 1970. */
export function timeOfOrder(order_id: string): number {
  let time_ms = 0;
  for (const character of order_id.slice(PREFIX.length, PREFIX.length + TIME_LENGTH)) {
    time_ms = time_ms * 32 + ALPHABET.indexOf(character);
  }
  return time_ms;
}

export function slotOfCustomer(customer_id: string): number {
  return hash('sha256', customer_id, 'buffer').readUInt16BE(0) % SLOTS;
}

export function slotOfOrder(order_id: string): number {
  const [first, second, third] = [0, 1, 2].map((index) =>
    ALPHABET.indexOf(order_id[PREFIX.length + TIME_LENGTH + index]!),
  );
  return (first! << 7) | (second! << 2) | (third! >> 3);
}

function timePrefix(time_ms: number): string {
  let rest = time_ms;
  let text = '';
  for (let index = 0; index < TIME_LENGTH; index++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return PREFIX + text;
}
