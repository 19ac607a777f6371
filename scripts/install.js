// Runs before the npm scripts, with whatever Node the machine has, before anything is installed.
//   node scripts/install.js               what the services need
//   node scripts/install.js temporal      also what only the engine on Temporal needs
//   node scripts/install.js development   also what checks, tests and tools need
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './install/alone.js';
import { npm } from './install/npm.js';

const SERVICES = ['blog', 'kit', 'oms', 'sandbox'];
const TEMPORAL = 'oms/src/engine/temporal';
const RUNTIME = 'runtime';
const DEVELOPMENT = 'development';
const GROUPS = [TEMPORAL, RUNTIME, DEVELOPMENT];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(root, 'node_modules');
const stamp = join(packages, '.installed');
const lock_text = readFileSync(join(root, 'package-lock.json'), 'utf8');
const lock = createHash('sha256').update(lock_text).digest('hex');

const choices = { services: [], temporal: [TEMPORAL], development: [TEMPORAL, DEVELOPMENT] };
const wanted = [...choices[process.argv[2] ?? 'services'], ...(hasFittingNode() ? [] : [RUNTIME])];

if (!isInstalled()) await alone(root, () => isInstalled() || install());

/**
 * Adds to what is there without touching it, because a service may be running from it. After a change of the lock,
 * installs everything again.
 */
async function install() {
  const before = readStamp();
  const isAdded = before?.lock === lock;
  const groups = [...new Set([...(before?.groups ?? []), ...wanted])];
  remove(stamp); // so an interrupted installation starts from the beginning
  const what = groups.includes(DEVELOPMENT) ? 'packages for development' : 'packages';
  const failure = await npm(root, what, [
    ...(isAdded ? ['install', '--no-save'] : ['ci']),
    ...(groups.includes(DEVELOPMENT) ? ['--include=dev', '--include-workspace-root'] : ['--omit=dev']),
    ...[...SERVICES, ...groups.filter((group) => group !== DEVELOPMENT)].map((path) => `--workspace=${path}`),
  ]);
  if (failure) fail(`npm did not install the packages: ${failure}`);
  if (groups.includes(RUNTIME) && !existsSync(join(packages, '.bin', 'node'))) {
    fail(
      'npm left out the Node.js that the project runs on: are optional packages switched off, or is there none for this machine?',
    );
  }
  removeUnused();
  writeFileSync(stamp, JSON.stringify({ lock, groups }));
}

function isInstalled() {
  const { lock: installed, groups = [] } = readStamp() ?? {};
  if (installed === lock && wanted.every((group) => groups.includes(group))) return true;
  if (!hasAll()) return false;
  writeFileSync(stamp, JSON.stringify({ lock, groups: GROUPS }));
  return true;
}

/** Whether npm already installed all that the lock names, as `npm install` does when a package is added. */
function hasAll() {
  const installed = read(join(packages, '.package-lock.json'));
  if (!installed || (wanted.includes(RUNTIME) && !existsSync(join(packages, '.bin', 'node')))) return false;
  const present = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(lock_text).packages).every(([path, { version, link, optional }]) => {
    if (!path.includes('node_modules/')) return true;
    return present[path] ? link || present[path].version === version : optional;
  });
}

/** Whether the machine's own Node can run the project; then no second one is installed. */
function hasFittingNode() {
  if (process.execPath.startsWith(packages)) return false;
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, RUNTIME, 'package.json'), 'utf8'));
  const [pinned] = Object.values(optionalDependencies);
  return Number.parseInt(process.versions.node, 10) >= Number.parseInt(String(pinned), 10);
}

/** Two packages bring what nobody runs here: the headers of Node, and Temporal's core for other machines. */
function removeUnused() {
  const nodes = list(packages).filter((name) => /^node-(bin-)?(darwin|linux)-/.test(name));
  for (const name of nodes) remove(join(packages, name, 'include'));
  const cores = join(packages, '@temporalio', 'core-bridge', 'releases');
  const cpu = { x64: 'x86_64', arm64: 'aarch64' }[process.arch];
  const system = { darwin: 'apple-darwin', linux: 'unknown-linux-gnu' }[process.platform];
  const own = `${cpu}-${system}`;
  if (!list(cores).includes(own)) return;
  for (const name of list(cores)) if (name !== own) remove(join(cores, name));
}

/** @returns {{ lock: string, groups: string[] } | undefined} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8'));
  } catch {
    return undefined; // none, or one of an earlier release
  }
}

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string} folder */
function list(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** @param {string} path */
function remove(path) {
  rmSync(path, { recursive: true, force: true });
}

/** @param {string} reason */
function fail(reason) {
  process.stderr.write(
    `${reason}\nInstalling needs npm 10 or later and a package registry. Fix that, then run the command again.\n`,
  );
  process.exit(1);
}
