import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OperatorError } from '../operator_error.ts';

/** @param setting the variable that chooses the folder, for the advice */
export function requireWritable(folder: string, setting: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatorError(
      `The data folder ${folder} cannot be written to (${code}). ` +
        `Give this user the right to, or set ${setting} to another folder.`,
      { cause },
    );
  }
}

/** A secret that is made once and kept in a file of the data folder. */
export function keptSecret(file: string, setting: string): string {
  if (!existsSync(file)) {
    requireWritable(dirname(file), setting);
    writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}
