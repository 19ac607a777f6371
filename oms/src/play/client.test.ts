import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ApiClient, RefusedError } from './client.ts';

/** A service that gives these answers, one after the other; `hang` gives none. */
async function serve(...answers: ({ status: number; body: unknown; link?: string } | 'hang')[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const answer = answers[requests.push(request) - 1];
    if (answer === undefined || answer === 'hang') return;
    response.writeHead(answer.status, answer.link === undefined ? {} : { link: answer.link });
    response.end(JSON.stringify(answer.body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = new AbortController();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = new ApiClient({ address, api_key: 'a-key', stopped: stop.signal });
  return {
    api,
    requests,
    stop,
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

test('what may pass is tried again, with the same key', async () => {
  await using service = await serve(
    { status: 503, body: {} },
    { status: 409, body: { code: 'idempotency_key_in_use' } },
    { status: 409, body: { code: 'changed_concurrently' } },
    { status: 202, body: { id: 'one' } },
  );
  assert.deepEqual(await service.api.post('/orders', 'key-1', {}), { id: 'one' });
  assert.deepEqual(
    service.requests.map(({ headers }) => [headers['idempotency-key'], headers['x-api-key']]),
    Array(4).fill(['key-1', 'a-key']),
  );
});

test('what is refused is not tried again', async () => {
  await using service = await serve({ status: 422, body: { code: 'unknown_sku' } });
  await assert.rejects(service.api.put('/orders', {}), (error: Error) => {
    assert.ok(error instanceof RefusedError);
    assert.match(error.message, /PUT \/orders was answered with 422: .*unknown_sku/);
    return true;
  });
  assert.equal(service.requests.length, 1);
});

test('a list is read page by page', async () => {
  await using service = await serve(
    { status: 200, body: [1, 2], link: '</things?cursor=x>; rel="next"' },
    { status: 200, body: [3] },
  );
  const items: number[] = [];
  for await (const item of service.api.list<number>('/things')) items.push(item);
  assert.deepEqual(items, [1, 2, 3]);
  assert.deepEqual(
    service.requests.map(({ url }) => url),
    ['/things', '/things?cursor=x'],
  );
});

test('a stop ends what waits, at once', async () => {
  await using service = await serve('hang');
  const waiting = service.api.get('/orders');
  setTimeout(() => service.stop.abort(), 50);
  await assert.rejects(waiting, { name: 'AbortError' });
});
