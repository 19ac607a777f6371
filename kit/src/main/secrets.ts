import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createFileOnce } from '../files/create_file_once.ts';
import { OperatorError } from '../operator_error.ts';
import { requireWritable } from './data_folder.ts';

const SECRET_BYTES = 24;
/** Shorter ones could be guessed; an empty one would let everybody in. */
export const SECRET_CHARACTERS_MIN = 16;

/**
 * A secret of the data folder, created on first use.
 * @param setting the variable that chooses the folder, for the advice
 * @throws OperatorError when the file cannot be trusted
 */
export function loadOrCreateSecret(file: string, setting: string): string {
  requireWritable(dirname(file), setting);
  createSecret(file);
  return readSecret(
    file,
    'Remove it, and the next start creates a new one; what used the old one then needs the new.',
  );
}

/** Leaves a secret that is there as it is. */
export function createSecret(file: string): void {
  createFileOnce(file, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, 0o600);
}

/**
 * @param remedy what to do when it is empty or short
 * @throws OperatorError when it is empty, short, or readable by other users
 */
export function readSecret(file: string, remedy: string): string {
  const mode = statSync(file).mode & 0o777;
  if (mode & 0o077 && process.platform !== 'win32') {
    throw new OperatorError(
      `Other users can read or change the secret in ${file} (mode ${mode.toString(8).padStart(4, '0')}). ` +
        `Run: chmod 600 ${file}\nIf others use this machine, replace the secret too.`,
    );
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < SECRET_CHARACTERS_MIN) {
    const what = secret === '' ? 'is empty' : `has ${secret.length} characters`;
    throw new OperatorError(
      `The secret in ${file} ${what}; it must have at least ${SECRET_CHARACTERS_MIN}. A full disk may have cut it short. ` +
        remedy,
    );
  }
  return secret;
}
