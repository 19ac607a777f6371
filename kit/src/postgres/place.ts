import { spawnSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
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
  const target = targetOf(folder);
  rmSync(folder, { force: true });
  const programs = await findPostgresPrograms();
  if (canReach(programs, dirname(folder))) return folder;

  const place = target ?? join(elsewhereFor(folder), `${prefixOf(folder)}-${randomBytes(8).toString('hex')}`);
  mkdirSync(place, { recursive: true, mode: 0o711 });
  symlinkSync(place, folder);
  return place;
}

/**
 * Databases elsewhere that once were this folder's, and whose link is gone with the folder. They are never taken up
 * again by themselves: whoever removed the folder wanted a new database.
 */
export function findAbandoned(folder: string, place: string): string[] {
  const elsewhere = elsewhereFor(folder);
  if (!existsSync(elsewhere)) return [];
  const names = readdirSync(elsewhere).filter((name) => name.startsWith(prefixOf(folder)));
  return names.map((name) => join(elsewhere, name)).filter((path) => path !== place);
}

function prefixOf(folder: string): string {
  return hash('sha256', folder, 'hex').slice(0, 16);
}

/** Where a link leads whose end is gone. */
function targetOf(folder: string): string | undefined {
  return lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(folder) : undefined;
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
