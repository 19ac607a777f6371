import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import { startProgram } from '@oms/kit/testing/program.ts';
import { migrate } from '../../oms/src/migrations.ts';
import { hadolint, runTool } from './tools.ts';

const project = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(project, 'ops/Dockerfile'), 'utf8').replaceAll('\\\n', '');
const [first = '', last = ''] = dockerfile.split(/^(?=FROM )/m).slice(1);

test('the linter of Dockerfiles has nothing to say', async (context) => {
  const result = await runTool(context, hadolint, ['--no-color', join(project, 'ops/Dockerfile')]);
  if (result) assert.deepEqual(result, { status: 0, output: '' });
});

test('its Node is the one that the project runs on', () => {
  const { optionalDependencies } = readJson('runtime/package.json');
  const [node, ...others] = new Set(Object.values(optionalDependencies));
  assert.deepEqual(others, []);
  for (const stage of [first, last]) assert.match(stage, new RegExp(`^FROM node:${node}-[a-z]+-slim\\b`));
});

test('it runs as nobody special, and is watched', () => {
  assert.match(last, /^USER 1000:1000$/m);
  const [, path = ''] = /^HEALTHCHECK .*CMD \["node", "([^"]+)"/m.exec(last) ?? [];
  assert.ok(
    copied(last).some(({ from }) => from === path),
    path,
  );
});

test('what it copies is there, and is not kept from it', () => {
  const allowed = readFileSync(join(project, '.dockerignore'), 'utf8').match(/(?<=^!).+/gm) ?? [];
  for (const { from } of [...copied(first), ...copied(last)]) {
    assert.ok(existsSync(join(project, from)), from);
    assert.ok(
      allowed.some((path) => from === path || from.startsWith(`${path}/`)),
      from,
    );
  }
});

test('every workspace has its packages in it, but not a second Node', () => {
  const { workspaces } = readJson('package.json');
  const installed = [...first.matchAll(/--workspace=(\S+)/g)].map(([, path]) => path);
  const described = copied(first).flatMap(({ from }) => /^(.+)\/package\.json$/.exec(from)?.[1] ?? []);
  const expected = workspaces.filter((path: string) => path !== 'runtime');
  assert.deepEqual(installed.toSorted(), expected);
  assert.deepEqual(described.toSorted(), expected);
});

test('what it holds is enough: its API starts and shows its pages', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-image-'));
  const database = await createTestDatabase();
  context.after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  });
  await migrate(database.url);
  layOut(folder);
  const api = startProgram(
    'oms/src/main/api.ts',
    { ORDERPROCESSING_DATABASE_URL: database.url, ...SETTINGS },
    [],
    folder,
  );
  const address = await api.says(/API +(http:\S+)\/api\/v1\/orders[\s\S]*Ctrl-C stops it/);
  for (const path of ['/ready', '/docs', '/errors']) assert.equal((await fetch(address + path)).status, 200);

  const others = [
    'oms/src/main/worker.ts',
    'oms/src/main/migrate.ts',
    'sandbox/src/main.ts',
    'blog/src/main/main.ts',
  ].map((path) => startProgram(path, {}, ['--help'], folder));
  const health = startProgram('ops/health.js', {}, [`${address}/ready`], folder);
  const ill = startProgram('ops/health.js', {}, [`${address}/none`], folder);
  assert.deepEqual(await Promise.all([...others, health, ill].map(({ ended }) => ended)), [0, 0, 0, 0, 0, 1]);
});

const SETTINGS = { ORDERPROCESSING_PORT: '0', ORDERPROCESSING_API_KEY: 'a-key-for-tests-only' };

function readJson(path: string) {
  return JSON.parse(readFileSync(join(project, path), 'utf8'));
}

/** What a stage copies from the project. */
function copied(stage: string): { from: string; to: string }[] {
  return [...stage.matchAll(/^COPY (?!--from)(.+) (\S+)$/gm)].flatMap(([, sources = '', target = '']) =>
    sources
      .split(' ')
      .map((from) => ({ from, to: target.endsWith('/') ? join(target, basename(from)) : target })),
  );
}

/** The image's files in a folder: what is copied, less what is ignored, and the packages beside it. */
function layOut(folder: string): void {
  for (const { from, to } of [...copied(first), ...copied(last)]) {
    cpSync(join(project, from), join(folder, to), {
      recursive: true,
      filter: (path) => !/\/(node_modules|tests)$|\.test\.ts$/.test(path),
    });
  }
  const packages = join(folder, 'node_modules');
  mkdirSync(join(packages, '@oms'), { recursive: true });
  for (const name of readdirSync(join(project, 'node_modules'))) {
    if (name !== '@oms') symlinkSync(join(project, 'node_modules', name), join(packages, name));
  }
  for (const [name, workspace] of [
    ['kit', 'kit'],
    ['orders', 'oms'],
    ['sandbox', 'sandbox'],
    ['blog', 'blog'],
  ] as const) {
    symlinkSync(join(folder, workspace), join(packages, '@oms', name));
  }
}
