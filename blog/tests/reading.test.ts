import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Network, skip, startBlog } from './network.ts';

describe('a post as a page', { skip }, () => {
  let blog: Network;
  before(async () => {
    blog = await startBlog({ title: 'Ada & friends' });
  });
  after(() => blog.stop());

  const page = async (content: string, title = 'Title') => {
    const { id } = await blog.api.post({ title, content, tags: ['astronomy'] });
    const { status, body, headers } = await blog.api.call<string>('GET', `/posts/${id}.html`);
    assert.equal(status, 200);
    assert.match(headers.get('content-type')!, /^text\/html/);
    return { html: body, policy: headers.get('content-security-policy')! };
  };

  it('shows Markdown as HTML', async () => {
    const { html } = await page(
      '## Sub\n\n*em* `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n```ts\nlet x\n```',
    );
    for (const part of [
      '<title>Title · Ada &#38; friends</title>',
      '<h2>Sub</h2>',
      '<em>em</em> <code>code</code>',
      '<td>1</td>',
      '<code class="language-ts">let x',
      '<li>astronomy</li>',
    ])
      assert.ok(html.includes(part), `${part} is not in ${html}`);
    assert.match(html, /<input [^>]*type="checkbox"/);
  });

  it('lets nothing of the author’s run or load', async () => {
    const { html, policy } = await page(
      [
        '<script>alert(1)</script>',
        '<img src=x onerror=alert(1)>',
        '[link](javascript:alert(1)) <a href="JaVaScRiPt:alert(1)">x</a> <a href="data:text/html,x">x</a>',
        '<iframe src="https://evil.example"></iframe><form action="https://evil.example"><input name=a type=text></form>',
        '<style>body{display:none}</style><svg onload=alert(1)></svg><p style="x" class="y" onclick="z">ok</p>',
        '<a href="//evil.example">x</a> ![x](http://evil.example/x.png)',
      ].join('\n\n'),
      '<script>alert("t")</script>',
    );
    const shown = html.slice(html.indexOf('</style>'));
    assert.doesNotMatch(
      shown,
      /<(script|iframe|form|style|svg)|type="text"|on\w+=|javascript:|data:text|style=|class="y"/i,
    );
    assert.doesNotMatch(shown, /evil\.example/);
    assert.match(shown, /<p>ok<\/p>/);
    assert.match(shown, /<h1>&#60;script&#62;/);
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/);
  });

  it('is found by its slug, and under a former one leads to the new', async () => {
    const { id } = await blog.api.post({ title: 'Before' });
    await blog.api.call('PUT', `/posts/${id}`, { title: 'After', content: 'x' });
    assert.equal((await blog.api.call('GET', '/posts/after.html')).status, 200);
    const former = await blog.api.call('GET', '/posts/before.html');
    assert.deepEqual([former.status, former.headers.get('location')], [301, '/posts/after.html']);
    assert.equal((await blog.api.call('GET', '/posts/never.html')).status, 404);
  });
});

describe('the feed', { skip }, () => {
  let blog: Network;
  before(async () => {
    blog = await startBlog({ public_url: 'https://blog.example' });
  });
  after(() => blog.stop());

  it('has the published posts, the latest first, with stable ids and safe content', async () => {
    await blog.api.post({
      title: 'First <b>',
      content: 'A ]]> B \u000b & <script>x</script> **C**',
    });
    await blog.api.post({ title: 'Second' });
    await blog.api.post({ title: 'Draft', state: 'draft' });
    const { status, headers, body } = await blog.api.call<string>('GET', '/feed.atom');
    assert.equal(status, 200);
    assert.match(headers.get('content-type')!, /^application\/atom\+xml/);
    const titles = [...body.matchAll(/<title type="html"><!\[CDATA\[(.*)\]\]>/g)].map(([, title]) => title);
    assert.deepEqual(titles, ['Second', 'First &#60;b&#62;']);
    assert.equal(
      new Set(body.match(/<id>urn:uuid:[0-9a-f-]{36}<\/id>/g)).size,
      1 + body.match(/<entry>/g)!.length,
    );
    assert.ok(body.includes('<link href="https://blog.example/posts/first-b.html"/>'));
    assert.ok(body.includes('<strong>C</strong>'));
    assert.doesNotMatch(body, /<script/);
    assert.ok(!body.includes('\u000b'), 'XML knows no such character');
    assert.doesNotMatch(
      body.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, ''),
      /\]\]>/,
      'nothing leaves its CDATA',
    );
  });

  it('is not sent again while it is the same', async () => {
    const { headers } = await blog.api.call('GET', '/feed.atom');
    const etag = headers.get('etag')!;
    const same = await blog.api.call('GET', '/feed.atom', undefined, {
      'if-none-match': `"other", W/${etag}`,
    });
    assert.deepEqual([same.status, same.body], [304, '']);
    await blog.api.post();
    assert.equal(
      (await blog.api.call('GET', '/feed.atom', undefined, { 'if-none-match': etag })).status,
      200,
    );
  });
});
