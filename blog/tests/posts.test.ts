import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Post } from '../src/generated/contract/types.gen.ts';
import { type Network, skip, startBlog } from './network.ts';

describe('a post', { skip }, () => {
  let blog: Network;
  before(async () => {
    blog = await startBlog();
  });
  after(() => blog.stop());

  it('is created, read, changed and deleted as the plain contract says', async () => {
    const created = await blog.api.call<Post>('POST', '/posts', { title: 'Plain', content: 'As *it* is' });
    assert.equal(created.status, 201);
    const { id } = created.body;
    assert.equal(created.headers.get('location'), `/posts/${id}`);
    assert.equal(created.body.createdAt, created.body.updatedAt);

    const read = await blog.api.call<Post>('GET', `/posts/${id}`);
    assert.equal(read.status, 200);
    assert.deepEqual(read.body, created.body);
    assert.ok((await blog.api.titles('')).includes('Plain'));

    const changed = await blog.api.call<Post>('PUT', `/posts/${id}`, { title: 'Changed', content: 'New' });
    assert.equal(changed.status, 200);
    assert.deepEqual([changed.body.title, changed.body.content], ['Changed', 'New']);
    assert.equal(changed.body.createdAt, created.body.createdAt);
    assert.deepEqual((await blog.api.call('GET', `/posts/${id}`)).body, changed.body);

    assert.equal((await blog.api.call('DELETE', `/posts/${id}`)).status, 204);
    assert.equal((await blog.api.call('DELETE', `/posts/${id}`)).status, 204, 'again');
    for (const [method, body] of [['GET'], ['PUT', { title: 'x', content: 'x' }]] as const) {
      const gone = await blog.api.call(method, `/posts/${id}`, body);
      assert.deepEqual([gone.status, gone.body.code], [404, 'not_found'], method);
    }
  });

  it('keeps every character that it can be given', async () => {
    const content = 'a\u0001b "q" \\ \u2028 😀 \t\r\n ́ 日本語 $where {"$gt": 1}';
    const { id } = await blog.api.post({ title: '<b>& "🚀" $set', content });
    const { body } = await blog.api.call<Post>('GET', `/posts/${id}`);
    assert.deepEqual([body.title, body.content], ['<b>& "🚀" $set', content]);
  });

  it('that breaks the contract is refused, with every wrong field named', async () => {
    const pointers = async (body: unknown) => {
      const answer = await blog.api.call('POST', '/posts', body);
      assert.equal(answer.status, 400);
      return answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort();
    };
    assert.deepEqual(await pointers({}), ['/content', '/title']);
    assert.deepEqual(await pointers({ title: '', content: 'x', author: 'eve', tags: ['A b'] }), [
      '/author',
      '/tags/0',
      '/title',
    ]);
    assert.deepEqual(await pointers({ title: 'x', content: 'x', slug: 'a'.repeat(24) }), ['/slug']);
    assert.deepEqual(await pointers('{"title": "\\ud800", "content": "x"}'), ['/title']);
    assert.equal((await blog.api.call('POST', '/posts')).body.code, 'malformed_json', 'no body at all');
    assert.equal((await blog.api.call('POST', '/posts', 'null')).body.code, 'invalid_request');
    assert.equal((await blog.api.call('POST', '/posts', '{')).body.code, 'malformed_json');
    assert.equal((await blog.api.call('GET', '/posts/1')).status, 400);
    const large = await blog.api.call('POST', '/posts', { title: 'x', content: 'x'.repeat(1_100_000) });
    assert.equal(large.status, 413);
  });

  it('is changed and deleted only in the version that was read', async () => {
    const { id } = await blog.api.post();
    const body = { title: 'Second', content: 'Text' };
    const first = await blog.api.call('PUT', `/posts/${id}`, body, { 'if-match': '"1"' });
    assert.deepEqual([first.status, first.headers.get('etag')], [200, '"2"']);
    for (const method of ['PUT', 'DELETE']) {
      const late = await blog.api.call(method, `/posts/${id}`, method === 'PUT' ? body : undefined, {
        'if-match': '"1"',
      });
      assert.deepEqual([late.status, late.body.code], [412, 'version_mismatch']);
    }
    assert.equal(
      (await blog.api.call('DELETE', `/posts/${id}`, undefined, { 'if-match': '"2"' })).status,
      204,
    );
  });

  it('changed by many at once, in the same version, is changed by one', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await blog.api.post();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          blog.api.call('PUT', `/posts/${id}`, { title: `By ${n}`, content: 'x' }, { 'if-match': '"1"' }),
        ),
      );
      const won = answers.filter(({ status }) => status === 200);
      assert.equal(won.length, 1);
      assert.equal((await blog.api.call('GET', `/posts/${id}`)).body.title, won[0]!.body.title);
    }
  });

  it('changed by many at once, in any version, is changed by all, one after the other', async () => {
    const { id } = await blog.api.post();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        blog.api.call('PUT', `/posts/${id}`, { title: `By ${n}`, content: 'x' }),
      ),
    );
    const etags = answers.map(({ headers }) => Number(headers.get('etag')!.replaceAll('"', '')));
    assert.deepEqual(
      etags.sort((one, other) => one - other),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
  });

  it('sent again with its key is created once; another with the same key is refused', async () => {
    const body = { title: 'Once', content: 'Text' };
    const key = { 'idempotency-key': 'key-1' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => blog.api.call('POST', '/posts', body, key)),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
    assert.equal(new Set(answers.map(({ body: { id } }) => id)).size, 1);
    assert.equal((await blog.api.titles('q=Once')).length, 1);
    const other = await blog.api.call('POST', '/posts', { ...body, title: 'Other' }, key);
    assert.deepEqual([other.status, other.body.code], [422, 'idempotency_key_reused']);
  });
});

describe('a slug', { skip }, () => {
  let blog: Network;
  before(async () => {
    blog = await startBlog();
  });
  after(() => blog.stop());

  it('is made from the title, and is unique even for many posts of one title at once', async () => {
    const posts = await Promise.all(
      Array.from({ length: 8 }, () => blog.api.post({ title: 'Über Größe & Co.!' })),
    );
    const slugs = posts.map(({ slug }) => slug);
    assert.equal(new Set(slugs).size, 8);
    assert.ok(slugs.includes('ueber-groesse-and-co'), slugs.join());
    assert.equal((await blog.api.post({ title: '🚀' })).slug, 'post');
  });

  it('that was chosen and is taken is refused', async () => {
    await blog.api.post({ slug: 'mine' });
    const created = await blog.api.call('POST', '/posts', { title: 'x', content: 'x', slug: 'mine' });
    assert.deepEqual([created.status, created.body.code], [409, 'slug_taken']);
    const { id } = await blog.api.post();
    const changed = await blog.api.call('PUT', `/posts/${id}`, { title: 'x', content: 'x', slug: 'mine' });
    assert.deepEqual([changed.status, changed.body.code], [409, 'slug_taken']);
  });

  it('follows the title, and the former one leads to it until another post has it', async () => {
    const { id } = await blog.api.post({ title: 'Old name' });
    const { body } = await blog.api.call('PUT', `/posts/${id}`, { title: 'New name', content: 'x' });
    assert.equal(body.slug, 'new-name');
    const former = await blog.api.call('GET', '/posts/by-slug/old-name');
    assert.deepEqual([former.status, former.headers.get('location')], [301, '/posts/by-slug/new-name']);
    assert.equal((await blog.api.call('GET', '/posts/by-slug/new-name')).body.id, id);

    const other = await blog.api.post({ title: 'Old name' });
    assert.equal((await blog.api.call('GET', '/posts/by-slug/old-name')).body.id, other.id);
    const back = await blog.api.call('PUT', `/posts/${id}`, { title: 'Old name', content: 'x' });
    assert.match(back.body.slug, /^old-name-[0-9a-f]{8}$/);
  });

  it('that was chosen stays when the title changes', async () => {
    const { id } = await blog.api.post({ title: 'Title', slug: 'my-choice' });
    const { body } = await blog.api.call('PUT', `/posts/${id}`, { title: 'Other', content: 'x' });
    assert.equal(body.slug, 'my-choice');
  });
});
