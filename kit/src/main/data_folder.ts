import { accessSync, constants, mkdirSync } from 'node:fs';
import { OperatorError } from '../operator_error.ts';

/** As root, PostgreSQL runs as another user, who must be able to pass through to its own folder. */
const FOLDER_MODE = process.getuid?.() === 0 ? 0o711 : 0o700;

/** @param setting the variable that chooses the folder, for the advice */
export function requireWritable(folder: string, setting: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
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
