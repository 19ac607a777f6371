import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../http/problem.ts';
import { KeyedLock } from '../keyed_lock.ts';
import { Attempts } from './attempts.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { AccessTokens } from './tokens.ts';

test('a password is known by its hash, and no other is', async () => {
  const hashed = await hashPassword('correct horse 🐎');
  assert.match(hashed, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(hashed, await hashPassword('correct horse 🐎'), 'salted');
  assert.equal(await verifyPassword('correct horse 🐎', hashed), true);
  assert.equal(await verifyPassword('correct horse', hashed), false);
  assert.equal(await verifyPassword('anything', undefined), false);
  assert.equal(await verifyPassword('anything', 'not a hash'), false);
});

test('more passwords at once than can be worked at are refused', async () => {
  const results = await Promise.allSettled(Array.from({ length: 65 }, () => verifyPassword('x', undefined)));
  const refused = results.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 1);
  assert.equal(await verifyPassword('x', undefined), false, 'and later ones are not');
});

test('a token says who was meant, until it expires', async () => {
  const options = { secret: 'secret', issuer: 'test', roles: ['author'] as const, time_to_live_s: 60 };
  const tokens = new AccessTokens(options);
  const header = `Bearer ${await tokens.issue({ name: 'ada', role: 'author' })}`;
  assert.deepEqual(await tokens.identify(header), { name: 'ada', role: 'author' });
  assert.equal(await tokens.identify(undefined), undefined);
  const old = await new AccessTokens({ ...options, time_to_live_s: -1 }).issue({
    name: 'ada',
    role: 'author',
  });
  await assert.rejects(tokens.identify(`Bearer ${old}`), /has expired: refresh it/);
  await assert.rejects(tokens.identify('Basic YTpi'), Problem);
});

test('attempts are counted by name, forgiven and forgotten', async () => {
  const attempts = new Attempts({ tries_max: 2, seconds: 60 });
  const isRefused = async (name: string) =>
    attempts.count(name).then(
      () => false,
      (error: Problem) => error.code === 'too_many_requests' && error.retry_after_s! > 50,
    );
  assert.deepEqual([await isRefused('a'), await isRefused('a'), await isRefused('a')], [false, false, true]);
  assert.equal(await isRefused('b'), false);
  await attempts.forgive('b');
  assert.deepEqual([await isRefused('b'), await isRefused('b'), await isRefused('b')], [false, false, true]);
  await attempts.forget('a');
  assert.equal(await isRefused('a'), false);
});

test('work with one key runs one after the other, with others beside it, whatever fails', async () => {
  const lock = new KeyedLock();
  const log: string[] = [];
  const work = (key: string, name: string) =>
    lock.run(key, async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      if (name === 'a1') throw new Error('failed');
      return name;
    });
  const results = await Promise.allSettled([work('a', 'a1'), work('a', 'a2'), work('b', 'b1')]);
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed')),
    ['failed', 'a2', 'b1'],
  );
  assert.ok(log.indexOf('a1 ends') < log.indexOf('a2 begins'));
  assert.ok(log.indexOf('b1 begins') < log.indexOf('a1 ends'));
});
