// Runs before the npm scripts, with whatever Node the machine has, before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules', '.installed');
const runtime = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
if (read(stamp) !== wanted) {
  if (!isInstalled()) install();
  writeFileSync(stamp, wanted);
}

function install() {
  process.stderr.write('Installing packages with npm ci, once…\n');
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const run = spawnSync('npm', ['ci', ...flags], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    fail(`npm ci failed${run.error ? `: ${run.error.message}` : ', for the reason above'}.`);
  }
  if (!existsSync(runtime)) {
    fail(
      'npm ci left out the Node.js that the project runs on: are install scripts or optional packages switched off?',
    );
  }
}

/** Whether npm already installed what the lock names, as `npm install` does when a package is added. */
function isInstalled() {
  const installed = read(join(root, 'node_modules', '.package-lock.json'));
  if (!installed || !existsSync(runtime)) return false;
  const present = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(readFileSync(lock, 'utf8')).packages).every(
    ([path, { version, link, optional }]) => {
      if (!path.includes('node_modules/')) return true;
      return present[path] ? link || present[path].version === version : optional;
    },
  );
}

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string} reason */
function fail(reason) {
  process.stderr.write(
    `${reason}\nIt needs npm 11 and a package registry. Mend that, then run the command again.\n`,
  );
  process.exit(1);
}
