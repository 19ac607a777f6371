// Runs before every npm script, with whatever Node the machine has, before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.installed');
const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (installed !== wanted) {
  process.stderr.write('Installing packages (npm ci)…\n');
  // npm hands its settings to scripts by the environment; those of the outer run are not meant for this one.
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    process.stderr.write(
      `npm ci failed${run.error ? `: ${run.error.message}` : ''}. Its reason is above. It needs a package registry and\n` +
        'npm 11; mend what it says, then run the same command again.\n',
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
