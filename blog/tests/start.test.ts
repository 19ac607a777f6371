import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from '@oms/kit/testing/program.ts';
import { Client } from './client.ts';
import { skip } from './network.ts';

const folder = mkdtempSync(join(tmpdir(), 'blog-start-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('it starts, refuses a second one on its folder, survives kill -9, and stops in order', {
  skip,
}, async () => {
  const first = start();
  const api = new Client(await first.says(READY));
  assert.match(first.output(), /Sign-in +off: everyone on this machine writes as local/);
  const { id } = await api.post({ title: 'Kept' });
  const second = start();
  assert.equal(await second.ended, 1);
  assert.match(second.output(), /Another service \(process \d+\) uses the data folder/);

  const { port } = new URL(api.address);
  const other = start({ PORT: port, BLOG_DATA_FOLDER: join(folder, 'other') });
  assert.equal(await other.ended, 1);
  assert.match(
    other.output(),
    new RegExp(`^Port ${port} is taken. Stop what uses it, or set BLOG_PORT; 0`, 'm'),
  );
  assert.doesNotMatch(other.output(), /^\s+at |^\{/m, 'no stack, no raw JSON');

  first.child.kill('SIGKILL');
  await first.ended;
  while (serversOn(folder) > 0) await delay(20); // its FerretDB goes with it

  const third = start({ BLOG_SIGN_IN: 'true' });
  const again = new Client(await third.says(READY));
  assert.equal((await again.call('GET', `/posts/${id}`)).body.title, 'Kept');
  assert.match(third.output(), /Sign-in +on: writing needs a token/);
  const password = readFileSync(join(folder, 'data', 'admin-password'), 'utf8').trim();
  const admin = await again.as('admin', password);
  assert.equal((await admin.call('DELETE', `/posts/${id}`)).status, 204);

  third.child.kill('SIGINT');
  assert.equal(await third.ended, 0);
  assert.match(third.output(), /Stopping…\nStopped\.\n$/);
  assert.equal(serversOn(folder), 0);
});

test('wrong settings are told all at once, and --help lists the right ones', async () => {
  const wrong = start({ BLOG_PORT: 'many', BLOG_PRT: '1', BLOG_MONGODB_URL: 'http://x' });
  assert.equal(await wrong.ended, 1);
  for (const fault of [
    /BLOG_PRT is not a setting/,
    /BLOG_PORT must be integer/,
    /BLOG_MONGODB_URL must match/,
  ])
    assert.match(wrong.output(), fault);
  const help = start({}, '--help');
  assert.equal(await help.ended, 0);
  assert.match(help.output(), /BLOG_DATA_FOLDER\n .*Default: \.data\/blog/);
});

test('a store that is away, and a FerretDB that cannot be had, are told with what to do', async () => {
  const away = start({ BLOG_MONGODB_URL: 'mongodb://127.0.0.1:1/' });
  const none = start({ PATH: '/nowhere', XDG_CACHE_HOME: join(folder, 'no-cache') });
  assert.equal(await away.ended, 1);
  assert.match(
    away.output(),
    /store at 127.0.0.1:1 cannot be reached. Start it, or correct BLOG_MONGODB_URL/,
  );
  assert.equal(await none.ended, 1);
  assert.match(none.output(), /There is no ferretdb here.*[\s\S]*on the PATH, or install Go.*docker compose/);
  for (const { output } of [away, none]) assert.doesNotMatch(output(), /\n {4}at /, 'no stack');
});

function start(settings: Record<string, string> = {}, ...args: string[]) {
  const environment = { BLOG_DATA_FOLDER: join(folder, 'data'), PORT: '0', ...settings };
  return startProgram('blog/src/main/main.ts', environment, args);
}

/** Where the blog is, once it is ready. */
const READY = /Posts +(http:\/\/\S+)\/posts[\s\S]*Ctrl-C stops it/;

/** How many FerretDB run on a folder. */
function serversOn(data_folder: string): number {
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return processes.filter((line) => line.includes(`file:${data_folder}`)).length;
}
