import { join } from 'node:path';
import type { ProgramSource } from '../programs/find.ts';
import { byGoBuild } from '../programs/make.ts';

/** Of the module, and of the flags that `ops/ferretdb` takes. */
const VERSION = '1.24.0-2';
const MODULE = join(import.meta.dirname, '../../../ops/ferretdb');

/** FerretDB 1: MongoDB's wire protocol on SQLite or PostgreSQL. FerretDB 2 knows no SQLite, and refuses the flag. */
export const ferretdb: ProgramSource = {
  name: 'ferretdb',
  version: VERSION,
  version_args: ['--handler=sqlite', '--version'],
  make: byGoBuild(MODULE, 'ferretdb'),
  advice:
    'Put ferretdb 1.24 on the PATH, or install Go, which builds it once, or give the address of a server that ' +
    "speaks MongoDB's protocol, such as one started with docker compose.",
};
