import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Post } from '../src/generated/contract/types.gen.ts';
import type { Answer, Client } from './client.ts';
import { type Network, skip, startBlog } from './network.ts';

describe('the list of posts', { skip }, () => {
  let blog: Network;
  let ada: Client;
  let posts: Post[];
  before(async () => {
    blog = await startBlog({ sign_in: true });
    ada = await blog.api.as('ada');
    const bob = await blog.api.as('bob');
    posts = [
      await ada.post({ title: 'apple', content: 'Red and round', tags: ['fruit', 'red'] }),
      await bob.post({ title: 'Zebra', content: 'Striped (mostly)', tags: ['animal'] }),
      await ada.post({ title: 'Éclair', content: 'Sweet. Round?', tags: ['cake'] }),
      await bob.post({ title: 'Cherry', content: 'A red fruit', tags: ['fruit'] }),
      await ada.post({ title: 'Hidden', content: 'red draft', state: 'draft', tags: ['fruit'] }),
    ];
    await ada.call('PUT', `/posts/${posts[0]!.id}`, { title: 'apple', content: 'Red and round' });
  });
  after(() => blog.stop());

  it('comes sorted as asked', async () => {
    assert.deepEqual(await blog.api.titles(''), ['Cherry', 'Éclair', 'Zebra', 'apple']);
    assert.deepEqual(await blog.api.titles('sort=createdAt'), ['apple', 'Zebra', 'Éclair', 'Cherry']);
    assert.deepEqual(await blog.api.titles('sort=title'), ['apple', 'Cherry', 'Éclair', 'Zebra']);
    assert.deepEqual(await blog.api.titles('sort=-title'), ['Zebra', 'Éclair', 'Cherry', 'apple']);
    assert.equal((await blog.api.titles('sort=-updatedAt'))[0], 'apple');
  });

  it('comes in pages that join without gap or overlap, in every order', async () => {
    for (const sort of ['createdAt', '-createdAt', 'updatedAt', '-updatedAt', 'title', '-title']) {
      const seen: string[] = [];
      let page: Answer<Post[]> = await ada.call('GET', `/posts?limit=2&sort=${sort}`);
      for (;;) {
        seen.push(...page.body.map(({ title }) => title));
        const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
        if (!next) break;
        page = await ada.call('GET', next);
      }
      assert.deepEqual(seen, await ada.titles(`sort=${sort}`), sort);
      assert.equal(seen.length, 5);
    }
  });

  it('has cursors for titles of every kind', async () => {
    for (const title of ['"quoted" \\ title', '😀'.repeat(60), '日本語'.repeat(60)]) {
      const two = [await ada.post({ title, tags: ['odd'] }), await ada.post({ title, tags: ['odd'] })];
      const { headers } = await ada.call('GET', '/posts?limit=1&sort=title&tag=odd');
      const next = /<([^>]+)>; rel="next"/.exec(headers.get('link')!)![1]!;
      const { status, body } = await ada.call('GET', next);
      assert.deepEqual([status, body[0]?.title], [200, title]);
      for (const { id } of two) await ada.call('DELETE', `/posts/${id}`);
    }
  });

  it('is filtered by author, tag, state and time', async () => {
    assert.deepEqual(await blog.api.titles('author=bob'), ['Cherry', 'Zebra']);
    assert.deepEqual(await blog.api.titles('tag=fruit&sort=title'), ['apple', 'Cherry']);
    assert.deepEqual(await blog.api.titles('tag=fruit&author=bob'), ['Cherry']);
    assert.deepEqual(await ada.titles('state=draft'), ['Hidden']);
    const { createdAt } = posts[2]!;
    assert.deepEqual(await blog.api.titles(`createdFrom=${createdAt}`), ['Cherry', 'Éclair']);
    assert.deepEqual(await blog.api.titles(`createdTo=${createdAt}`), ['Zebra', 'apple']);
  });

  it('is searched for words in title and content, each of which must be there', async () => {
    assert.deepEqual(await blog.api.titles('q=red&sort=title'), ['apple', 'Cherry']);
    assert.deepEqual(await blog.api.titles('q=red%20round'), ['apple']);
    assert.deepEqual(await blog.api.titles('q=ZEBRA'), ['Zebra']);
    assert.deepEqual(await blog.api.titles(`q=${encodeURIComponent('(mostly)')}`), ['Zebra']);
    assert.deepEqual(await blog.api.titles('q=nothing'), []);
    if (!blog.store.searches_text) {
      for (const q of ['.*', '(a+)+$', '[', '\\', 'Round?', '^'])
        assert.ok((await blog.api.titles(`q=${encodeURIComponent(q)}`)).length <= 1, q);
    }
  });

  it('shows a draft to its author only', async () => {
    const { id, slug } = posts[4]!;
    assert.deepEqual(await ada.titles('q=draft'), ['Hidden']);
    const bob = await blog.api.as('bob');
    for (const other of [blog.api, bob]) {
      assert.deepEqual(await other.titles('state=draft'), []);
      for (const path of [
        `/posts/${id}`,
        `/posts/by-slug/${slug}`,
        `/posts/${slug}.html`,
        `/posts/${id}.html`,
      ])
        assert.equal((await other.call('GET', path)).status, 404, path);
    }
    for (const path of [`/posts/${id}`, `/posts/by-slug/${slug}`, `/posts/${slug}.html`, `/posts/${id}.html`])
      assert.equal((await ada.call('GET', path)).status, 200, path);
    assert.equal((await bob.call('PUT', `/posts/${id}`, { title: 'x', content: 'x' })).status, 404);
    assert.equal((await bob.call('DELETE', `/posts/${id}`)).status, 404);
    assert.equal((await ada.call('GET', `/posts/${id}`)).body.publishedAt, null);

    const { body } = await ada.call('PUT', `/posts/${id}`, {
      title: 'Shown',
      content: 'x',
      state: 'published',
    });
    assert.ok(body.publishedAt >= body.createdAt);
    assert.equal((await bob.call('GET', `/posts/${id}`)).status, 200);
    await ada.call('PUT', `/posts/${id}`, { title: 'Hidden', content: 'red draft', state: 'draft' });
  });

  it('refuses a cursor of another list, a limit without bounds, and a time that is none', async () => {
    const { headers } = await blog.api.call('GET', '/posts?limit=1&sort=title');
    const cursor = /cursor=([^&>]+)/.exec(headers.get('link')!)![1];
    for (const query of [
      `cursor=${cursor}`,
      `cursor=${cursor}&sort=updatedAt`,
      'cursor=e30',
      'limit=0',
      'limit=101',
      'sort=content',
      'createdFrom=2026-02-30T25:00:00Z',
      'createdFrom=1998-12-31T23:59:60Z',
      'tag=A',
    ]) {
      const { status, body } = await blog.api.call('GET', `/posts?${query}`);
      assert.deepEqual([status, body.code], [400, 'invalid_request'], query);
    }
  });
});
