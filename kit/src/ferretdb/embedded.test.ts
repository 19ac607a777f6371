import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { findProgram } from '../programs/find.ts';
import { startEmbeddedFerretdb } from './embedded.ts';
import { ferretdb } from './program.ts';

const program = await findProgram(ferretdb).catch((error: Error) => error.message);
const skip = typeof program === 'string' ? program : false;

test('a FerretDB that was killed is started again, with its data', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kit-ferretdb-'));
  const reasons: string[] = [];
  const server = await startEmbeddedFerretdb({
    program: (program as { path: string }).path,
    backend: { folder },
    keep: {
      onRestart: (reason) => reasons.push(reason),
      onGiveUp: ({ message }) => reasons.push(message),
    },
  });
  const client = new MongoClient(server.url, { serverSelectionTimeoutMS: 20_000 });
  const things = client.db('test').collection<{ _id: string }>('things');
  try {
    await things.insertOne({ _id: 'kept' });
    const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
    const own = lines.filter((line) => line.includes(`file:${folder}`) && !/ sh -c /.test(line));
    process.kill(Number.parseInt(own[0]!, 10), 'SIGKILL');
    while (reasons.length === 0) await delay(10);
    assert.match(reasons[0]!, /SIGKILL|137/);
    const read = () => things.findOne({ _id: 'kept' }).catch(() => undefined);
    let found = await read();
    while (found === undefined) found = await read();
    assert.equal(found?._id, 'kept');
  } finally {
    await client.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('one that cannot start says why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kit-ferretdb-'));
  const options = { program: process.execPath, backend: { folder } };
  await assert.rejects(startEmbeddedFerretdb(options), /FerretDB does not start: .*bad option/);
  rmSync(folder, { recursive: true, force: true });
});
