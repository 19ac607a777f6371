import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import fastify from 'fastify';
import { OperatorError } from '../operator_error.ts';
import { listen } from './listen.ts';

const SETTINGS = { host: 'TEST_HOST', port: 'TEST_PORT' };

describe('a server that cannot listen says what to do', () => {
  const refused = async (where: { host: string; port: number }, message: RegExp) => {
    const server = fastify();
    await assert.rejects(listen(server, where, SETTINGS), (error) => {
      assert.ok(error instanceof OperatorError, String(error));
      assert.match(error.message, message);
      return true;
    });
    await server.close();
  };

  it('when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    await refused({ host: '127.0.0.1', port }, new RegExp(`Port ${port} is taken.*TEST_PORT`));
    other.close();
  });

  it('when the address is of another machine', () =>
    refused({ host: '192.0.2.1', port: 0 }, /192\.0\.2\.1 is no address of this machine.*TEST_HOST/));

  it('when the port is reserved for the system', async () => {
    const server = {
      listen: async () => {
        throw Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
      },
    };
    await assert.rejects(
      listen(server, { host: '127.0.0.1', port: 80 }, SETTINGS),
      /Port 80 is reserved.*TEST_PORT/,
    );
  });
});
