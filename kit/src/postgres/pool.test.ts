import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createTestDatabase } from '../testing/database.ts';
import { isDatabaseUnavailable } from './errors.ts';
import { createPool } from './pool.ts';
import { transaction } from './transaction.ts';

test('a statement whose server vanished without a word is given up, and another connection serves the next', async (t) => {
  const database = await createTestDatabase();
  const target = new URL(database.url);
  const sockets = new Set<Socket>();
  let isMute = false;
  const proxy = createServer((socket) => {
    const server = connect(Number(target.port), target.hostname);
    for (const one of [socket, server]) sockets.add(one.on('error', () => {}));
    socket.on('data', (data) => isMute || server.write(data));
    server.on('data', (data) => socket.write(data));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };
  const url = new URL(database.url);
  url.port = String(port);
  const pool = createPool({ url: url.href, max: 1, application_name: 'test', statement_timeout_ms: 100 });
  t.after(async () => {
    await pool.end();
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await database.drop();
  });

  await pool.query('SELECT 1');
  isMute = true;
  await assert.rejects(pool.query('SELECT 2'), (error) => isDatabaseUnavailable(error));
  isMute = false;
  assert.deepEqual((await pool.query('SELECT 3 AS n')).rows, [{ n: 3 }]);
});

test('a statement whose columns a migration changes is prepared again, alone and in a transaction', async (t) => {
  const database = await createTestDatabase();
  const pool = createPool({ url: database.url, max: 2, application_name: 'test' });
  t.after(async () => {
    await pool.end();
    await database.drop();
  });
  await pool.query('CREATE TABLE teapots (id int)');
  await pool.query('INSERT INTO teapots VALUES (1)');
  const [first, second] = ['SELECT * FROM teapots WHERE id = $1', 'TABLE teapots LIMIT $1'];
  const inBoth = () =>
    transaction(pool, async (client) => [
      (await client.query(first, [1])).rows[0],
      (await client.query(second, [1])).rows[0],
    ]);
  const onTwoConnections = () => Promise.all([inBoth(), inBoth()]);
  await onTwoConnections();

  await pool.query('ALTER TABLE teapots ADD COLUMN colour text');
  const row = { id: 1, colour: null };
  const both = [row, row];
  assert.deepEqual(await onTwoConnections(), [both, both]);

  await pool.query('ALTER TABLE teapots ADD COLUMN size int');
  const { rows } = await pool.query(first, [1]);
  assert.deepEqual(rows, [{ ...row, size: null }]);
});
