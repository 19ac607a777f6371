import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a file that is whole or absent: written beside its place, flushed to the disk, then linked into place. A crash
 * or a full disk leaves no part of it, and of two processes one creates it.
 * @param mode permissions, such as 0o600
 * @returns whether this call created it; false when it was there
 */
export function createFileOnce(file: string, text: string, mode: number): boolean {
  const draft = `${file}.${process.pid}.new`;
  rmSync(draft, { force: true });
  try {
    const descriptor = openSync(draft, 'wx', mode);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  flushFolder(dirname(file));
  return true;
}

/** The file's name is in its folder, which is flushed by itself. */
function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
