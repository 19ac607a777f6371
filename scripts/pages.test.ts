import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { addPages } from '@oms/kit/http/pages/pages.ts';
import { commonProblems } from '@oms/kit/http/problem.ts';
import { createServer } from '@oms/kit/http/server.ts';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { blogPages } from '../blog/src/api.ts';
import { blogProblems } from '../blog/src/errors.ts';
import { orderPages } from '../oms/src/api.ts';
import { orderProblems } from '../oms/src/orders/errors.ts';
import { importsOf, projectFiles } from './rules/source.ts';

const services = [
  { folder: 'oms', pages: orderPages, other: blogPages },
  { folder: 'blog', pages: blogPages, other: orderPages },
];
const problems = { ...commonProblems, ...orderProblems, ...blogProblems };
const sources = new Map(projectFiles().map((file) => [file.path, file]));

for (const { folder, pages, other } of services) {
  describe(`the pages of ${pages.title}`, () => {
    let server: FastifyInstance;
    const get = async (url: string) => (await server.inject(url)).body;
    before(async () => {
      const logger = pino({ level: 'silent' });
      const contract = { openapi: '3.1.0', info: { title: pages.title, version: '1' }, paths: {} };
      server = await createServer({ contract, handlers: {}, logger, body_limit_bytes: 1 });
      await addPages(server, pages);
    });
    after(() => server.close());

    it('describe each error that the service answers with, and no other', async () => {
      const page = await get('/errors');
      const shown = [...page.matchAll(/<h3 id="([^"]+)">/g)].map(([, code]) => code!);
      assert.deepEqual(shown.toSorted(), [...(await answeredBy(folder))].toSorted());
      assert.ok(!page.includes(`<em>${other.service}:`));
    });

    it('name the status of each error', async () => {
      const page = await get('/errors');
      for (const [, code, status] of page.matchAll(/<h3 id="([^"]+)">.*?<\/h3>\s*<p><strong>(\d+)\./g))
        assert.equal(Number(status), problems[code as keyof typeof problems].status, String(code));
    });

    it('lead to what is there', async () => {
      const texts = { '/errors': await get('/errors'), '/docs/': await get('/docs/') };
      const links = Object.entries(texts).flatMap(([page, text]) =>
        [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(
          ([, link]) => new URL(link!, `http://service${page}`),
        ),
      );
      const contract = await readFile(pages.contract, 'utf8');
      for (const [, link] of contract.matchAll(/\]\((\/[^)]*)\)/g))
        links.push(new URL(link!, 'http://service'));
      assert.ok(links.length > 20);
      for (const { hostname, pathname, hash } of links) {
        if (hostname !== 'service') continue;
        const { statusCode, body } = await server.inject(pathname);
        assert.ok(statusCode < 400, `${pathname} is ${statusCode}`);
        if (hash !== '') assert.ok(body.includes(`id="${hash.slice(1)}"`), `${pathname} has no ${hash}`);
      }
    });
  });
}

/** The codes that the sources of a service name, wherever they are imported from. */
async function answeredBy(folder: string): Promise<Set<string>> {
  const paths = new Set<string>();
  const visit = (path: string) => {
    const file = sources.get(path);
    if (!file || paths.has(path) || path === 'kit/src/http/problem.ts') return;
    paths.add(path);
    for (const name of importsOf(file)) visit(resolve(path, name));
  };
  for await (const path of glob(`${folder}/src/{api,context}.ts`)) visit(path);
  if (folder === 'oms') visit('oms/src/main/operations_server.ts');
  const text = [...paths].map((path) => sources.get(path)!.text.replace(/codesOf\([^)]*\)/, '')).join('\n');
  const own = folder === 'oms' ? orderProblems : blogProblems;
  const codes = Object.keys({ ...commonProblems, ...own });
  return new Set(
    codes.filter((code) => text.includes(`'${code}'`) || text.includes(`commonProblems.${code}`)),
  );
}

function resolve(from: string, name: string): string {
  const workspace = /^@oms\/(\w+)\/(.*)$/.exec(name);
  if (workspace) return `${workspace[1]}/src/${workspace[2]}`;
  return new URL(name, `file:///${from}`).pathname.slice(1);
}
