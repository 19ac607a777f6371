import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { createServer } from '../server.ts';
import { addPages, isPage } from './pages.ts';

const CONTRACT = 'openapi: 3.1.0\ninfo: { title: Things, version: 1.0.0 }\npaths: {}\n';
const ERRORS = `# Errors

See [the manual](operations.md#times).

## Of the request

### not_there

404, <b>gone</b> & \`away\`.

*Things:* Look in the cupboard.

*Toys:* Look under the bed.

### not_a_toy

422.

## Of toys only

### toy_broken

409.
`;

let folder: string;
let server: FastifyInstance;
const seen: boolean[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderprocessing-pages-'));
  const [contract, errors] = ['contract.yaml', 'errors.md'].map((name) => pathToFileURL(join(folder, name)));
  writeFileSync(contract!, CONTRACT);
  writeFileSync(errors!, ERRORS);
  server = await createServer({
    contract: { openapi: '3.1.0', info: { title: 'Things', version: '1.0.0' }, paths: {} },
    handlers: {},
    logger: pino({ level: 'silent' }),
    body_limit_bytes: 1000,
    onRequest: (request) => void seen.push(isPage(request)),
  });
  await addPages(server, {
    title: 'Things',
    contract: contract!,
    errors: errors!,
    service: 'Things',
    codes: ['not_there'],
  });
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

test('the root leads to the reference', async () => {
  const { statusCode, headers } = await server.inject('/');
  assert.deepEqual([statusCode, headers.location], [302, '/docs/']);
});

test('the contract is given as it was written', async () => {
  const { headers, body } = await server.inject('/openapi.yaml');
  assert.match(String(headers['content-type']), /^application\/yaml/);
  assert.equal(body, CONTRACT);
});

test('each error has an address on the page of errors', async () => {
  const { headers, body } = await server.inject('/errors');
  assert.match(String(headers['content-type']), /^text\/html/);
  assert.match(body, /<h3 id="not_there">/);
  assert.match(body, /<h2 id="of-the-request">/);
});

test('the page of errors has what concerns the service, and a table of contents of that', async () => {
  const { body } = await server.inject('/errors');
  const contents = /<nav class="contents"[^>]*>([\s\S]*?)<\/nav>/.exec(body)![1]!;
  const targets = [...contents.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
  assert.deepEqual(targets, ['of-the-request', 'not_there']);
  assert.match(body, /<p>\s*Look in the cupboard\.<\/p>/);
  assert.doesNotMatch(body, /Toys|bed|not_a_toy|of-toys-only|toy_broken/);
});

test('the page of errors names other documents and does not lead to them', async () => {
  const { body } = await server.inject('/errors');
  assert.match(body, /See the manual \(<code>docs\/operations\.md<\/code>\)\./);
  assert.doesNotMatch(body, /href="[^"]*\.md/);
});

test('the reference runs its own scripts and no others, and asks nobody else for anything', async () => {
  const { headers, body } = await server.inject('/docs/');
  const policy = String(headers['content-security-policy']);
  const [, script] = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(body)!;
  const allowed = /script-src ([^;]*)/.exec(policy)?.[1];
  assert.equal(allowed, `'self' 'sha256-${hash('sha256', script!, 'base64')}'`);
  assert.match(policy, /^default-src 'self';/);
  assert.doesNotMatch(policy, /https?:/);
  assert.doesNotMatch(body, /https?:\/\//);
  assert.equal((await server.inject('/docs/js/scalar.js')).statusCode, 200);
});

test('pages are known by their route, whatever the query', async () => {
  for (const url of [
    '/',
    '/docs',
    '/docs/',
    '/docs/js/scalar.js',
    '/errors',
    '/openapi.yaml?x=1',
    '/favicon.ico',
  ]) {
    await server.inject(url);
    assert.ok(seen.at(-1), url);
  }
  for (const url of ['/api/v1/orders', '/docsx', '/errors/1', '//', '/api/docs/']) {
    await server.inject(url);
    assert.ok(!seen.at(-1), url);
  }
});
