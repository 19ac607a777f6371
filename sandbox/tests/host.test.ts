import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPool } from '@oms/kit/postgres/pool.ts';
import { createTestDatabase } from '@oms/kit/testing/database.ts';
import { sendRaw } from '@oms/kit/testing/raw_request.ts';
import { createSandbox } from '../src/sandbox.ts';

const PATHS = [
  'GET /v1/payment_intents',
  'GET /v2/shipments',
  'GET /faults',
  'DELETE /state',
  'GET /health',
  'GET /x',
];

type StatusOf = (request: string, name: string) => Promise<number>;

async function withSandbox(host: string, work: (statusOf: StatusOf) => Promise<void>) {
  const database = await createTestDatabase();
  const pool = createPool({ url: database.url, max: 4, application_name: 'sandbox-test' });
  const sandbox = createSandbox({ pool });
  const { port } = new URL(await sandbox.listen({ host }));
  const ask = async (request: string, name: string) =>
    (
      await sendRaw(
        `http://127.0.0.1:${port}`,
        `${request} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`,
      )
    ).status;
  try {
    await work(ask);
  } finally {
    await sandbox.close();
    await pool.end();
    await database.drop();
  }
}

test('on loopback, a name that is not this machine’s own is refused on every page', () =>
  withSandbox('127.0.0.1', async (statusOf) => {
    for (const path of PATHS) {
      assert.equal(await statusOf(path, 'rebound.example:8090'), 421, path);
      assert.notEqual(await statusOf(path, 'localhost:8090'), 421, path);
    }
    assert.equal(await statusOf('GET /health', '[::1]:8090'), 200);
    assert.equal(await statusOf('GET /health', '127.0.0.1'), 200);
  }));

test('beyond loopback, the sandbox is reached by any name', () =>
  withSandbox('0.0.0.0', async (statusOf) => {
    assert.equal(await statusOf('GET /health', 'sandbox:8090'), 200);
  }));
