import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { isAlive } from './postmaster.ts';

function newFolder(context: TestContext, name: string): string {
  const parent = mkdtempSync(join(tmpdir(), 'kit-postgres-'));
  // As root, PostgreSQL runs as another user, who passes through here.
  chmodSync(parent, 0o711);
  context.after(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, name);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query('SELECT 1 AS one')).rows[0].one === 1;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

describe('an embedded PostgreSQL', () => {
  it('runs no command that hides in the name of its folder', async (context) => {
    const name = `a "b" 'c' $(touch hidden) \`touch hidden\` ; touch hidden & ü`;
    const folder = newFolder(context, name);
    const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off' } });
    try {
      assert.equal(await answers(server.url()), true);
      assert.equal(findEmbeddedPostgres(folder), server.url());
      for (const place of ['/', process.cwd(), folder, process.env.HOME ?? '/'])
        assert.equal(existsSync(join(place, 'hidden')), false, place);
    } finally {
      server.stop();
    }
    assert.equal(findEmbeddedPostgres(folder), undefined);
    server.stop();
  });

  it('names a taken port', async (context) => {
    const other = createServer().listen(0, '127.0.0.1');
    context.after(() => other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const folder = newFolder(context, 'data');
    await assert.rejects(startEmbeddedPostgres({ folder, settings: { port: String(port) } }), {
      name: 'OperatorError',
      message: new RegExp(`^Port ${port} is taken, which the embedded PostgreSQL wants. Stop what uses it`),
    });
  });

  it('is stopped without an error when it was killed, and when its folder is gone', async (context) => {
    const folder = newFolder(context, 'data');
    const killed = await startEmbeddedPostgres({ folder, settings: { fsync: 'off' } });
    const [pid] = readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
    while (isAlive(Number(pid))) await delay(20);
    killed.stop();

    const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off' } });
    const url = server.url();
    rmSync(folder, { recursive: true });
    server.stop();
    while (await answers(url)) await delay(20);
  });

  it('is refused in a folder whose name has a line break', async () => {
    await assert.rejects(startEmbeddedPostgres({ folder: '/tmp/two\nlines' }), /has a line break/);
  });

  it('is started again at its address when it was killed', async (context) => {
    const folder = newFolder(context, 'data');
    const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off' } });
    const lines: string[] = [];
    const release = server.keepRunning({
      onRestart: (line) => lines.push(line),
      onGiveUp: ({ message }) => lines.push(message),
      first_delay_ms: 1,
    });
    try {
      const pid = Number.parseInt(readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8'), 10);
      process.kill(pid, 'SIGKILL');
      while (lines.length === 0) await delay(20);
      while (!(await answers(server.url()))) await delay(20);
      assert.match(lines.join('\n'), /^PostgreSQL has ended .* and is started again\.$/);
    } finally {
      await release();
      server.stop();
    }
  });

  it('that does not start says so in PostgreSQL’s words, and where its log is', async (context) => {
    const folder = newFolder(context, 'broken');
    const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off' } });
    server.stop();
    rmSync(join(folder, 'cluster', 'global', 'pg_control'));
    await assert.rejects(startEmbeddedPostgres({ folder }), (error: Error) => {
      assert.match(error.message, /PostgreSQL does not start: status \d/);
      assert.ok(error.message.includes(join(folder, 'postgres.log')));
      return true;
    });
    writeFileSync(join(folder, 'cluster', 'PG_VERSION'), '12\n');
    await assert.rejects(
      startEmbeddedPostgres({ folder }),
      /was made by PostgreSQL 12, and this is PostgreSQL \d+/,
    );
  });

  it('whose password was lost says which file to restore', async (context) => {
    const folder = newFolder(context, 'lost');
    const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off' } });
    server.stop();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'password'), '', { mode: 0o600 });
    const again = startEmbeddedPostgres({ folder });
    await assert.rejects(again, /The secret in .*password is empty.*Restore it/);
  });
});
