import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a running server writes into `postmaster.pid`:
 * https://www.postgresql.org/docs/current/storage-file-layout.html
 */
export interface Postmaster {
  pid: number;
  port: string;
  isReady: boolean;
}

/** Of the server on this cluster, alive or not; none where no server has left its file. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return {
      pid: Number.parseInt(lines[0] ?? '', 10),
      port: lines[3] ?? '',
      isReady: lines[7]?.trim() === 'ready',
    };
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || !(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
