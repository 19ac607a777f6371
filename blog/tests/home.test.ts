import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Posts } from '../src/posts/store.ts';
import { type Network, skip, startBlog } from './network.ts';

describe('the first page of the blog', { skip }, () => {
  let blog: Network;
  before(async () => {
    blog = await startBlog({ title: 'Ada & friends' });
  });
  after(() => blog.stop());

  const home = (query = '', headers = {}) => blog.api.call<string>('GET', `/${query}`, undefined, headers);

  it('says so when nothing has been published', async () => {
    const { status, body } = await home();
    assert.equal(status, 200);
    assert.match(body, /Nothing has been published yet/);
  });

  it('shows published posts, the latest first, with the feed linked and no drafts', async () => {
    for (const title of ['First', 'Second <b>']) await blog.api.post({ title, content: `About *${title}*` });
    await blog.api.post({ title: 'Secret', state: 'draft' });
    const { body, headers } = await home();
    assert.match(headers.get('content-type')!, /^text\/html/);
    assert.match(body, /Second &#60;b&#62;[\s\S]*First/);
    assert.match(body, /About First/);
    assert.doesNotMatch(body, /Secret/);
    assert.match(body, /<link rel="alternate" type="application\/atom\+xml"/);
    assert.match(body, /<a href="\/feed\.atom">/);
    assert.match(body, /<a href="\/docs\/">/);
    assert.equal((await home('', { 'if-none-match': headers.get('etag')! })).status, 304);
  });

  it('leads to older posts, and back', async () => {
    for (let number = 1; number <= 21; number++) await blog.api.post({ title: `Post ${number}` });
    const [, older] = /href="(\/\?before=[0-9a-f]{24})"/.exec((await home()).body)!;
    const { body } = await blog.api.call<string>('GET', older!);
    assert.match(body, /Post 1</);
    assert.match(body, /First/);
    assert.doesNotMatch(body, /Post 21</);
    assert.match(body, /Latest posts/);
    assert.equal((await home('?before=000000000000000000000000')).status, 404);
    assert.equal((await home('?page=2')).status, 400);
  });

  it('and the feed are there whatever one of the posts holds', async () => {
    const { id } = await blog.api.post({ title: 'Deep', content: '> '.repeat(5_000) });
    for (const path of ['/', '/feed.atom', `/posts/${id}.html`]) {
      assert.equal((await blog.api.call('GET', path)).status, 200, path);
    }
  });

  it('a post is found in either form of its accents', async () => {
    const { id } = await blog.api.post({ title: 'Café'.normalize('NFD'), content: 'Crème' });
    for (const q of ['Café'.normalize('NFC'), 'Café'.normalize('NFD'), 'Crème'.normalize('NFD')]) {
      const { body } = await blog.api.call<{ id: string }[]>('GET', `/posts?q=${encodeURIComponent(q)}`);
      assert.deepEqual(
        body.map((post) => post.id),
        [id],
        q,
      );
    }
  });

  it('a deleted post is deleted twice, and its key does not revive it', async () => {
    const headers = { 'idempotency-key': 'once-only' };
    const made = { title: 'Gone', content: 'x' };
    const first = await blog.api.call<{ id: string }>('POST', '/posts', made, headers);
    assert.equal(first.status, 201);
    for (let times = 0; times < 2; times++)
      assert.equal((await blog.api.call('DELETE', `/posts/${first.body.id}`)).status, 204);
    const again = await blog.api.call<{ code: string }>('POST', '/posts', made, headers);
    assert.deepEqual([again.status, again.body.code], [422, 'idempotency_key_reused']);
    assert.equal((await blog.api.call('DELETE', '/posts/000000000000000000000000')).status, 404);
  });

  it('a deleted post is forgotten after thirty days', async () => {
    const { id } = await blog.api.post();
    await blog.api.call('DELETE', `/posts/${id}`);
    const posts = new Posts(blog.store);
    const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000);
    assert.equal(await posts.forgetTombstones(inDays(29)), 0);
    assert.ok((await posts.forgetTombstones(inDays(31))) > 0);
    assert.equal(await posts.findTombstone(id), null);
  });
});
