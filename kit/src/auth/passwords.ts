import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { commonProblem } from '../http/problem.ts';

const derive = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>;

// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
const MEMORY_KIB = 19_456;
const PASSES = 2;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Each takes a twentieth of a second and 19 MiB; more at once would only wait for the processor. */
const UNDER_WAY_MAX = 64;
const RETRY_AFTER_S = 5;
let under_way = 0;

/** An Argon2id hash in its usual form, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await compute(password, salt, {
    memory: MEMORY_KIB,
    passes: PASSES,
    parallelism: PARALLELISM,
  });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${encode(salt)}$${encode(hash)}`;
}

/**
 * Whether a password is the hashed one. Without a hash it takes as long as with one, so that the time does not
 * tell whether an account exists.
 */
export async function verifyPassword(password: string, hashed: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt, hash] = FORM.exec(hashed ?? NOBODY) ?? FORM.exec(NOBODY)!;
  const expected = Buffer.from(hash!, 'base64');
  const actual = await compute(password, Buffer.from(salt!, 'base64'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return timingSafeEqual(actual, expected) && hashed !== undefined;
}

const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/;
const NOBODY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

async function compute(
  password: string,
  salt: Buffer,
  cost: Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism'>,
): Promise<Buffer> {
  if (under_way >= UNDER_WAY_MAX) {
    throw commonProblem('too_many_requests', {
      detail: 'Too many are signing in at once.',
      retry_after_s: RETRY_AFTER_S,
    });
  }
  under_way++;
  try {
    return await derive('argon2id', { ...cost, message: password, nonce: salt, tagLength: HASH_BYTES });
  } finally {
    under_way--;
  }
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
