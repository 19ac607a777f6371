import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Network, skip, startBlog } from './network.ts';

describe('when the store goes away and comes back', { skip: skip || isNotOurs() }, () => {
  let blog: Network;
  before(async () => {
    blog = await startBlog();
  });
  after(() => blog.stop());

  it('requests get 503 meanwhile, nothing that was answered is lost, and no restart is needed', async () => {
    const kept = new Map<string, string>();
    let isOver = false;
    const writer = async (name: number) => {
      const statuses = new Set<number>();
      for (let n = 0; !isOver; n++) {
        const body = { title: `By ${name}`, content: `${name} ${n}` };
        const answer = await blog.api.call('POST', '/posts', body);
        statuses.add(answer.status);
        if (answer.status === 201) kept.set(answer.body.id, body.content);
      }
      return statuses;
    };
    const writers = [1, 2, 3, 4].map(writer);
    while (kept.size < 20) await new Promise((resolve) => setImmediate(resolve));

    await blog.ferretdb!.restart(async () => {
      const { status, body, headers } = await blog.api.call('GET', `/posts/${[...kept.keys()][0]}`);
      assert.deepEqual([status, body.code, headers.get('retry-after')], [503, 'unavailable', '2']);
      const login = { username: 'ada', password: 'a long password' };
      assert.equal((await blog.api.call('POST', '/auth/login', login)).status, 503);
      assert.equal((await blog.api.call('GET', '/ready')).status, 503);
      assert.equal((await blog.api.call('GET', '/health')).status, 200);
    });
    const before = kept.size;
    while (kept.size < before + 10) await new Promise((resolve) => setImmediate(resolve));
    isOver = true;
    const statuses = (await Promise.all(writers)).flatMap((each) => [...each]);
    assert.deepEqual([...new Set(statuses)].sort(), [201, 503]);

    assert.equal((await blog.api.call('GET', '/ready')).status, 200);
    for (const [id, content] of kept)
      assert.equal((await blog.api.call('GET', `/posts/${id}`)).body.content, content);
  });
});

function isNotOurs(): string | false {
  return process.env.TEST_MONGODB_URL ? 'the server that TEST_MONGODB_URL names is not ours to stop' : false;
}
