import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { OperatorError } from '@oms/kit/operator_error.ts';

const INSTALL = join(import.meta.dirname, '../../scripts/install.js');

/**
 * Installs the packages that only Temporal needs, before they are imported for the first time. An image has them.
 * @throws OperatorError when they are missing and cannot be installed
 */
export function requireTemporalPackages(): void {
  if (isInstalled('@temporalio/client')) return;
  const { status } = spawnSync(process.execPath, [INSTALL, 'temporal'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0)
    throw new OperatorError('Temporal needs packages that could not be installed; see above.');
}

/** Node remembers for good that a package was not there, so it is not asked to resolve one. */
function isInstalled(name: string): boolean {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.some((folder) => existsSync(join(folder, name)));
}
