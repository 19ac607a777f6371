import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { sendRaw } from '../testing/raw_request.ts';
import { createServer } from './server.ts';

const thing = {
  type: 'object',
  additionalProperties: false,
  properties: { name: { type: 'string', format: 'label' } },
};
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const any = { type: 'object', additionalProperties: true };
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

const contract = {
  openapi: '3.1.0',
  info: { title: 'Things', version: '1.0.0' },
  paths: {
    '/things': {
      get: {
        operationId: 'listThings',
        parameters: [
          { name: 'q', in: 'query', schema: { type: 'string' } },
          { name: 'sort', in: 'query', schema: { type: 'string', enum: ['name', 'age'], default: 'name' } },
        ],
        responses: {
          200: {
            description: 'Things.',
            headers: { ETag: { schema: { type: 'string' } } },
            ...json({ type: 'array', items: any }),
          },
        },
      },
      post: {
        operationId: 'createThing',
        parameters: [{ name: 'Key', in: 'header', required: true, schema: { type: 'string' } }],
        requestBody: { required: true, ...json(thing) },
        responses: { 200: { description: 'The body.', ...json(any) } },
      },
    },
    '/things/{id}': {
      get: {
        operationId: 'getThing',
        parameters: [id],
        responses: { 200: { description: 'It.', ...json(any) } },
      },
      post: {
        operationId: 'touchThing',
        parameters: [id],
        requestBody: { required: false, ...json({ type: ['object', 'null'] }) },
        responses: { 200: { description: 'The body.', ...json(any) } },
      },
    },
    '/things/{id}.html': {
      get: {
        operationId: 'showThing',
        parameters: [id],
        responses: { 200: { description: 'Its page.', content: { 'text/html': { schema: any } } } },
      },
    },
  },
};

const head = (line: string, ...headers: string[]) =>
  [line, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
const post = (body: string, ...headers: string[]) =>
  head(
    'POST /things HTTP/1.1',
    'Key: k',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    ...headers,
  ) + body;

describe('a server bound to a contract', () => {
  let server: FastifyInstance;
  let address: string;
  before(async () => {
    server = await createServer({
      contract,
      handlers: {
        listThings: async () => [{ name: 'one' }],
        createThing: async ({ body }: { body: object }) => body,
        getThing: async (_: unknown, reply: { header(name: string, value: string): void }) => {
          reply.header('etag', '"7"');
          return { name: 'one' };
        },
        touchThing: async ({ body }: { body: unknown }) => ({ had_body: body !== undefined }),
        showThing: async () => '<p>one</p>',
      },
      logger: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
      body_limit_bytes: 10_000,
      headers_timeout_ms: 150,
      request_timeout_ms: 300,
      timeout_check_ms: 50,
    });
    address = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  after(() => server.close());

  const refused: [name: string, request: string, status: number, code: string][] = [
    ['a method that the path does not take', head('DELETE /things HTTP/1.1'), 405, 'method_not_allowed'],
    ['it though its body is no JSON', `${head('PUT /things HTTP/1.1', 'Content-Type: text/x', 'Content-Length: 1')}{`, 405, 'method_not_allowed'],
    ['a path that is none', head('GET /nothing HTTP/1.1'), 404, 'route_not_found'],
    ['a second slash', head('GET //things HTTP/1.1'), 404, 'route_not_found'],
    ['a path that cannot be decoded', head('GET /things/%zz HTTP/1.1'), 400, 'invalid_request'],
    ['a path that is not UTF-8', head('GET /things/%ff HTTP/1.1'), 400, 'invalid_request'],
    ['a path with a very long part', head(`GET /things/${'x'.repeat(300)} HTTP/1.1`), 400, 'invalid_request'],
    ['a query that is not UTF-8', head('GET /things?q=%ff HTTP/1.1'), 400, 'invalid_request'],
    ['half of a surrogate pair in a query', head('GET /things?q=%ed%a0%80 HTTP/1.1'), 400, 'invalid_request'],
    ['NUL in a query', head('GET /things?q=%00 HTTP/1.1'), 400, 'invalid_request'],
    ['bytes beyond ASCII in a query', head('GET /things?q=caf\xe9 HTTP/1.1'), 400, 'malformed_request'],
    ['a query parameter that is not known', head('GET /things?limti=1 HTTP/1.1'), 400, 'invalid_request'],
    ['a URL that is too long', head(`GET /things?q=${'x'.repeat(20_000)} HTTP/1.1`), 431, 'headers_too_large'],
    ['headers that are too large', head('GET /things HTTP/1.1', `X: ${'x'.repeat(20_000)}`), 431, 'headers_too_large'],
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
    ['a method that nobody knows', head('FOO /things HTTP/1.1'), 400, 'malformed_request'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed_request'],
    ['no Host', 'GET /things HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed_request'],
    ['two Hosts', head('GET /things HTTP/1.1', 'Host: other'), 400, 'malformed_request'],
    ['an absolute target of another host', head('GET http://other/things HTTP/1.1'), 400, 'malformed_request'],
    ['a length beside chunks', `${head('POST /things HTTP/1.1', 'Content-Length: 3', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400, 'malformed_request'],
    ['a wrong chunk', `${head('POST /things HTTP/1.1', 'Key: k', 'Content-Type: application/json', 'Transfer-Encoding: chunked')}zz\r\n`, 400, 'malformed_request'],
    ['an expectation', head('GET /things HTTP/1.1', 'Expect: miracles'), 417, 'expectation_failed'],
    ['a body of another type', `${head('POST /things HTTP/1.1', 'Key: k', 'Content-Type: text/plain', 'Content-Length: 1')}x`, 415, 'unsupported_media_type'],
    ['a body that is too large', post(' '.repeat(10_001)), 413, 'body_too_large'],
    ['a body that must be and is empty', post(''), 400, 'malformed_json'],
    ['a body that is not UTF-8', post('{"name":"caf\xe9"}'), 400, 'malformed_json'],
    ['a field named twice', post('{"name":"a","name":"b"}'), 400, 'malformed_json'],
    ['a field named twice in two spellings', post('{"name":"a","n\\u0061me":"b"}'), 400, 'malformed_json'],
    ['nesting without end', post('['.repeat(5_000) + ']'.repeat(5_000)), 400, 'malformed_json'],
    ['a prototype', post('{"__proto__":{}}'), 400, 'malformed_json'],
    ['half of a surrogate pair', post('{"name":"\\ud800"}'), 400, 'invalid_request'],
    ['NUL', post('{"name":"a\\u0000"}'), 400, 'invalid_request'],
    ['a name of zero-width spaces', post('{"name":"\\u200b\\ufeff"}'), 400, 'invalid_request'],
    ['a name of marks of direction and blanks', post('{"name":" \\u202e\\u3164"}'), 400, 'invalid_request'],
    ['a name with a control character', post('{"name":"a\\u0007b"}'), 400, 'invalid_request'],
    ['headers that do not end', 'GET /things HTTP/1.1\r\nHost: localhost\r\n', 408, 'request_timeout'],
    ['a body that does not end', `${head('POST /things HTTP/1.1', 'Key: k', 'Content-Type: application/json', 'Content-Length: 9')}{`, 408, 'request_timeout'],
  ]; // biome-ignore format: one line per case
  for (const [name, request, status, code] of refused) {
    it(`refuses ${name} with ${status} as a problem document`, async () => {
      const answer = await sendRaw(address, request);
      assert.equal(answer.status, status, answer.body);
      assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
      assert.equal(JSON.parse(answer.body).code, code);
    });
  }

  const taken: [name: string, request: string, status: number, body: RegExp][] = [
    ['an absolute target of its own', head('GET http://localhost/things HTTP/1.1'), 200, /one/],
    ['the same query in another spelling', head('GET /things?q=caf%C3%A9 HTTP/1.1'), 200, /one/],
    ['HEAD wherever there is GET', head('HEAD /things/1 HTTP/1.1'), 200, /^$/],
    ['OPTIONS', head('OPTIONS /things HTTP/1.1'), 204, /^$/],
    ['no body where it is optional', head('POST /things/1 HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 0'), 200, /false/],
    ['colons and quotes in text', post('{"name":"a\\\\\\": \\"b\\": {c:d}"}'), 200, /b/],
    ['a name of emoji', post('{"name":"\\ud83d\\ude00"}'), 200, /name/],
  ]; // biome-ignore format: one line per case
  for (const [name, request, status, body] of taken) {
    it(`takes ${name}`, async () => {
      const answer = await sendRaw(address, request);
      assert.equal(answer.status, status, answer.body);
      assert.match(answer.body, body);
    });
  }

  it('names the methods of a path in Allow', async () => {
    for (const method of ['DELETE', 'OPTIONS']) {
      const { headers } = await sendRaw(address, head(`${method} /things/1 HTTP/1.1`));
      assert.equal(headers.allow, 'GET, HEAD, POST');
    }
  });

  it('names the methods of the most specific pattern that a path fits', async () => {
    for (const method of ['DELETE', 'OPTIONS']) {
      const { headers } = await sendRaw(address, head(`${method} /things/1.html HTTP/1.1`));
      assert.equal(headers.allow, 'GET, HEAD');
    }
  });

  it('names every wrong part of a request at once, and what would be right', async () => {
    const { statusCode, body } = await server.inject({
      method: 'POST',
      url: '/things?a=1',
      payload: { name: '', x: 1 },
    });
    assert.equal(statusCode, 400);
    const { detail, errors } = JSON.parse(body);
    assert.equal(detail, '4 fields are wrong.');
    assert.deepEqual(
      errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`).sort(),
      ['/name format', '/x unknown_field', 'header.key missing', 'query.a unknown_parameter'],
    );
    const listed = JSON.parse((await server.inject('/things?sort=size&limit=1')).body).errors;
    assert.deepEqual(listed.map((error: { detail: string }) => error.detail).sort(), [
      'is not a parameter of this request, which has q, sort',
      'must be one of name, age',
    ]);
  });

  const known: [header: string | undefined, status: number][] = [
    [undefined, 200], ['"6"', 200], ['"7"', 304], ['W/"7"', 304], ['"1", W/"7"', 304], ['"1",,"7"', 304], ['*', 304],
    ['7', 400], ['"7" x', 400],
  ]; // biome-ignore format: a table
  for (const [header, status] of known) {
    it(`answers ${status} to a read with If-None-Match: ${header}`, async () => {
      for (const method of ['GET', 'HEAD'] as const) {
        const headers = header === undefined ? {} : { 'if-none-match': header };
        const answer = await server.inject({ method, url: '/things/1', headers });
        assert.equal(answer.statusCode, status);
        if (status !== 400) assert.equal(answer.headers.etag, '"7"');
        if (status === 304) assert.deepEqual([answer.body, answer.headers['content-type']], ['', undefined]);
      }
    });
  }

  it('makes an ETag of a list from its text', async () => {
    const first = await server.inject('/things');
    const again = await server.inject({
      url: '/things',
      headers: { 'if-none-match': String(first.headers.etag) },
    });
    assert.deepEqual([first.statusCode, again.statusCode], [200, 304]);
  });
});
