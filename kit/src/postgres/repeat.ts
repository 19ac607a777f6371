import { setTimeout as delay } from 'node:timers/promises';
import { isRolledBackByOthers } from './errors.ts';

const ATTEMPTS_MAX = 4;
const FIRST_DELAY_MS = 10;

/**
 * Repeats a transaction, or a statement outside of one, that the server rolled back because of what others did at the same
 * time. After four attempts the server's error is thrown.
 */
export async function repeatWhenRolledBack<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isRolledBackByOthers(error)) throw error;
      // At random, or those that met would meet again.
      await delay(Math.random() * FIRST_DELAY_MS * 2 ** attempt);
    }
  }
}
