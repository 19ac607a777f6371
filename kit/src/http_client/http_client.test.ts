import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it, type TestContext } from 'node:test';
import { boundedFetch } from './bounded_fetch.ts';
import { requireFacts, responseReader, UnprovenResponse } from './response.ts';
import { readRetryAfter } from './retry_after.ts';

describe('boundedFetch', () => {
  const servers = new Set<ReturnType<typeof createServer>>();
  after(() => {
    for (const server of servers) server.close().closeAllConnections();
  });

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.add(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('gives the status, the headers and the whole body', async () => {
    const url = await listen((_request, response) => response.writeHead(402, { 'x-one': '1' }).end('{}'));
    const response = await boundedFetch(url);
    assert.deepEqual(
      [response.status, response.headers.get('x-one'), await response.text()],
      [402, '1', '{}'],
    );
  });

  it('refuses a body that is too large, whether its length is stated or not', async () => {
    for (const headers of [{ 'content-length': '11' }, {}]) {
      const url = await listen((_request, response) => response.writeHead(200, headers).end('x'.repeat(11)));
      await assert.rejects(boundedFetch(url, {}, 10), /larger than 10 bytes/);
      assert.equal(await (await boundedFetch(url, {}, 11)).text(), 'x'.repeat(11));
    }
  });

  it('ends with its signal while the body drips', async (context: TestContext) => {
    const url = await listen((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(timer));
    });
    const deadline = AbortSignal.timeout(100);
    await assert.rejects(boundedFetch(url, { signal: deadline }), { name: 'TimeoutError' });
    context.diagnostic('a limit of silence would never have ended it');
  });

  it('follows no redirect, which would carry our key away', async () => {
    const url = await listen((_request, response) =>
      response.writeHead(302, { location: 'https://example.com/' }).end(),
    );
    await assert.rejects(boundedFetch(url, { headers: { authorization: 'Bearer secret' } }));
  });
});

describe('readRetryAfter', () => {
  const now_ms = Date.parse('2026-01-01T00:00:00Z');
  for (const [header, wait_ms] of [
    ['7', 7_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:01:30 GMT', 90_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['99999999999999', 86_400_000],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 86_400_000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
    [['7'], undefined],
  ] as const) {
    it(`takes ${JSON.stringify(header)} for ${wait_ms} ms`, () => {
      assert.equal(readRetryAfter(header, now_ms), wait_ms);
    });
  }
});

describe('responseReader', () => {
  const read = responseReader<{ id: string }>('thing', {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' } },
  });

  it('gives back what has the shape, with fields that it does not know', () => {
    assert.deepEqual(read({ id: 'a', more: 1 }), { id: 'a', more: 1 });
  });

  for (const response of [undefined, null, '', '<html>', [], {}, { id: null }, { id: 1 }]) {
    it(`refuses ${JSON.stringify(response)}`, () => {
      assert.throws(() => read(response), UnprovenResponse);
    });
  }

  it('names the facts that differ', () => {
    assert.throws(() => requireFacts('thing', { id: 'a', sum: 1 }, { id: 'b', sum: 1 }), {
      message: 'thing: id is "a", not "b"',
    });
  });
});
