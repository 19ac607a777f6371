import { hash, timingSafeEqual } from 'node:crypto';
import { commonProblem } from '@oms/kit/http/problem.ts';
import { SECRET_CHARACTERS_MIN } from '@oms/kit/main/secrets.ts';

/**
 * Tells whether a caller is trusted, by the key it sends.
 * @throws Problem when a key is sent that is not the right one
 */
export type IsTrusted = (sent_key: string | undefined) => boolean;

export function trustKey(api_key: string): IsTrusted {
  if (api_key.length < SECRET_CHARACTERS_MIN) throw new Error('an API key this short would be guessed');
  // Hashes have one length, which the comparison needs, and say nothing about the key's.
  const expected = hash('sha256', api_key, 'buffer');
  return (sent_key) => {
    if (sent_key === undefined) return false;
    if (timingSafeEqual(hash('sha256', sent_key, 'buffer'), expected)) return true;
    throw commonProblem('unauthenticated', { detail: 'The X-API-Key is not known.' });
  };
}
