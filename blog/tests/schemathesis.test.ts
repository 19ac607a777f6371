import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AccessTokens } from '@oms/kit/auth/tokens.ts';
import { findProgram } from '@oms/kit/programs/find.ts';
import { byPex } from '@oms/kit/programs/make.ts';
import { ROLES } from '../src/callers.ts';
import { skip, startBlog, TOKEN_SECRET } from './network.ts';

const CONTRACT = fileURLToPath(new URL('../../contracts/blog.openapi.yaml', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('./schemathesis/requirements.txt', import.meta.url));
const TIMEOUT_MS = 240_000;

const program = await findSchemathesis();

/** https://schemathesis.readthedocs.io: requests made from the contract, good and bad, in sequence and alone. */
test('no request that the contract allows, or almost allows, breaks it', {
  skip: skip || program.missing,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'blog-schemathesis-'));
  const blog = await startBlog({ sign_in: true });
  const tokens = new AccessTokens({
    secret: TOKEN_SECRET,
    issuer: 'blog',
    roles: ROLES,
    time_to_live_s: 900,
  });
  const token = await tokens.issue({ name: 'ada', role: 'author' });
  try {
    const run = spawn(
      program.path!,
      [
        'run', CONTRACT, '--url', blog.api.address, '--header', `Authorization: Bearer ${token}`,
        '--phases', 'examples,coverage,fuzzing,stateful', '--max-examples', '5', '--mode', 'all',
        // As they should: a draft is not there for who reads it without the token, registering many meets its limit,
        // and a method that an address has not is answered with 404.
        '--exclude-checks', 'ensure_resource_availability,positive_data_acceptance,unsupported_method',
        '--seed', '1', '--no-shrink', '--generation-database', 'none', '--suppress-health-check', 'all',
        '--warnings', 'off', '--request-timeout', '20', '--workers', '1', '--no-color',
      ],
      // It keeps notes in the folder where it runs.
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS },
    ); // biome-ignore format: one line per concern
    const [output, errors, status] = await Promise.all([
      text(run.stdout),
      text(run.stderr),
      new Promise((resolve) => run.once('close', resolve)),
    ]);
    assert.equal(status, 0, `${output}\n${errors}`);
    assert.match(output, /\d+ generated/);
  } finally {
    await blog.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function findSchemathesis(): Promise<{ path?: string; missing: string | false }> {
  try {
    const { path } = await findProgram({
      name: 'schemathesis',
      version: '4.32.5',
      version_args: ['--version'],
      make: byPex(REQUIREMENTS, 'schemathesis'),
      advice: 'Put schemathesis 4 on the PATH, or install Python 3.11 or later, which makes it once.',
    });
    return { path, missing: false };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}
