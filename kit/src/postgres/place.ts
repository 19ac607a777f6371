import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OperatorError } from '../operator_error.ts';
import { findPostgresPrograms, type PostgresPrograms } from './programs.ts';

/**
 * Where the server can keep its files. That is the folder itself, unless PostgreSQL runs as another user
 * who cannot get there, as below root's home: then it is a folder elsewhere, and a link leads to it.
 */
export async function findPlace(folder: string): Promise<string> {
  if (existsSync(folder)) {
    const place = realpathSync(folder);
    const programs = await findPostgresPrograms();
    if (canReach(programs, dirname(place))) return place;
    throw new OperatorError(
      `PostgreSQL, which does not run as root, cannot reach ${place}. Open the folders above it to others ` +
        `(chmod o+x), or set ORDERPROCESSING_DATA_FOLDER to a folder that all may enter.`,
    );
  }
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { force: true }); // a link whose end is gone
  const programs = await findPostgresPrograms();
  if (canReach(programs, dirname(folder))) return folder;

  const place = join(elsewhereFor(folder), hash('sha256', folder, 'hex').slice(0, 16));
  mkdirSync(place, { recursive: true, mode: 0o755 });
  symlinkSync(place, folder);
  return place;
}

/** Kept over restarts of the machine, unless the folder itself is not. */
function elsewhereFor(folder: string): string {
  const isTemporary = folder.startsWith(`${tmpdir()}/`);
  return join(isTemporary ? tmpdir() : '/var/lib', 'orderprocessing');
}

function canReach({ uid, gid }: PostgresPrograms, folder: string): boolean {
  if (uid === undefined || gid === undefined) return true;
  return spawnSync('test', ['-x', folder], { uid, gid, cwd: '/' }).status === 0;
}
