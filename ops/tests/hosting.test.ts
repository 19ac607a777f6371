import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ProgramSource } from '@oms/kit/programs/find.ts';
import { byPex } from '@oms/kit/programs/make.ts';
import { parse } from 'yaml';
import { runTool } from './tools.ts';

/** Validates YAML and JSON against the schemas of the hosting services, which it carries with it. */
const checkJsonSchema: ProgramSource = {
  name: 'check-jsonschema',
  version: '0.39.0',
  version_args: ['--version'],
  make: byPex(
    fileURLToPath(new URL('./check-jsonschema/requirements.txt', import.meta.url)),
    'check-jsonschema',
  ),
  advice: 'With Python 3 on the PATH it is built from its package.',
};

const project = join(import.meta.dirname, '../..');

const files: [schema: string, path: string][] = [
  ...within('.github/workflows').map((path): [string, string] => ['github-workflows', path]),
  ...within('.github/ISSUE_TEMPLATE')
    .filter((path) => !path.endsWith('config.yml'))
    .map((path): [string, string] => ['github-issue-forms', path]),
  ['github-issue-config', '.github/ISSUE_TEMPLATE/config.yml'],
  ['gitlab-ci', '.gitlab-ci.yml'],
  ['renovate', 'renovate.json'],
];

for (const [schema, path] of files) {
  test(`${path} fits the schema of its service`, async (context) => {
    const result = await runTool(context, checkJsonSchema, [
      '--builtin-schema',
      `vendor.${schema}`,
      join(project, path),
    ]);
    if (result) assert.equal(result.status, 0, result.output);
  });
}

test('a misspelt key of a workflow does not fit', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-hosting-'));
  try {
    const path = join(folder, 'ci.yml');
    const text = readFileSync(join(project, '.github/workflows/ci.yml'), 'utf8');
    writeFileSync(path, text.replace('timeout-minutes', 'timeout-minuets'));
    const result = await runTool(context, checkJsonSchema, [
      '--builtin-schema',
      'vendor.github-workflows',
      path,
    ]);
    if (result) assert.match(result.output, /timeout-minuets/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the contracts have the version of the release', () => {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  for (const path of within('contracts')) {
    assert.equal(parse(readFileSync(join(project, path), 'utf8')).info.version, version, path);
  }
});

test('the Node.js of .nvmrc is the one that the project installs', () => {
  const runtime = JSON.parse(readFileSync(join(project, 'runtime/package.json'), 'utf8'));
  const versions = new Set(Object.values(runtime.optionalDependencies));
  assert.deepEqual([...versions], [readFileSync(join(project, '.nvmrc'), 'utf8').trim()]);
});

function within(folder: string): string[] {
  return readdirSync(join(project, folder)).map((name) => join(folder, name));
}
