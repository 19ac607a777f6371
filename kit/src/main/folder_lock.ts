import { readFileSync, rmSync } from 'node:fs';
import { createFileOnce } from '../files/create_file_once.ts';
import { OperatorError } from '../operator_error.ts';

/**
 * Makes this process the only service on a data folder, by a file with its number. A file that a killed process left
 * behind does not count.
 * @param setting the variable that chooses the folder, for the advice
 * @returns how to give the folder up
 */
export function lockFolder(file: string, setting: string): () => void {
  for (;;) {
    if (createFileOnce(file, `${process.pid}\n`, 0o600)) return () => rmSync(file, { force: true });
    const owner = Number.parseInt(read(file), 10);
    if (owner !== process.pid && isAlive(owner)) {
      throw new OperatorError(
        `Another service (process ${owner}) uses the data folder. Stop it first, or set ${setting} to another ` +
          `folder. If process ${owner} is something else, remove ${file}.`,
      );
    }
    rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
