import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { registerWebhook } from './easypost_webhook.ts';

test('registering the webhook changes nothing at the carrier after a list that is none', async (t) => {
  let body = '';
  const methods: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    methods.push(request.method);
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  t.after(() => server.close().closeAllConnections());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  for (body of ['', '{}', '[]', 'null', '{"webhooks":{}}', '{"webhooks":[{"url":"http://a/"}]}', '<html>']) {
    const registered = registerWebhook({ key: 'EZTKtest', url, secret: 's', address: 'http://127.0.0.1:1' });
    await assert.rejects(registered, Error, body);
  }
  assert.deepEqual([...new Set(methods)], ['GET']);
});
