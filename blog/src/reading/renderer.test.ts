import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Renderer } from './renderer.ts';

describe('what strangers have written', () => {
  const renderer = new Renderer({ timeout_ms: 1_500 });
  after(() => renderer.close());

  it('is rendered as safe HTML', async () => {
    const { html } = await renderer.render('*a* <script>x</script>');
    assert.equal(html.trim(), '<p><em>a</em> </p>');
  });

  for (const [name, hostile] of [
    ['quotes in quotes', '> '.repeat(5_000)],
    ['lists in lists', Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}- a`).join('\n')],
    ['emphasis that never ends', '_a'.repeat(50_000)],
    ['emphasis of either kind', '*a_'.repeat(40_000)],
    ['brackets', '['.repeat(50_000)],
    ['links in links', '[a]('.repeat(30_000)],
    ['code that never ends', '`'.repeat(50_000)],
    ['tags that never end', '<a '.repeat(50_000)],
    ['tags in tags', '<b>'.repeat(50_000)],
    ['entities', '&amp;'.repeat(40_000)],
  ] as const) {
    it(`ends soon, shown at least as plain text: ${name}`, async () => {
      const { html } = await renderer.render(hostile);
      assert.ok(html.length > 0);
      assert.equal(
        (await renderer.render('*a*')).html.trim(),
        '<p><em>a</em></p>',
        'and the next is rendered',
      );
    });
  }

  it('is shown as plain text when it takes too long', async () => {
    const hasty = new Renderer({ timeout_ms: 1 });
    try {
      const { html } = await hasty.render(`${'_a'.repeat(50_000)}<b>`);
      assert.ok(html.startsWith('<pre>_a_a'));
      assert.ok(html.endsWith('&#60;b&#62;</pre>'));
    } finally {
      await hasty.close();
    }
  });

  it('is shown as plain text while too many others wait, and is rendered the next time', async () => {
    const busy = new Renderer();
    try {
      const all = await Promise.all(Array.from({ length: 150 }, () => busy.render('*a*')));
      const put_off = all.filter(({ version }) => version === 0);
      assert.ok(put_off.length > 0);
      assert.ok(put_off.every(({ html }) => html === '<pre>*a*</pre>'));
      const [rendered] = put_off;
      assert.equal((await busy.htmlOf({ content: '*a*', rendered: rendered! })).trim(), '<p><em>a</em></p>');
    } finally {
      await busy.close();
    }
  });

  it('that is stored is not rendered again, unless another version did it', async () => {
    const stored = { content: '*a*', rendered: { html: '<p>stored</p>', version: 1 } };
    assert.equal(await renderer.htmlOf(stored), '<p>stored</p>');
    const old = { ...stored, rendered: { html: '<p>old</p>', version: 0 } };
    for (const post of [old, { content: '*a*' }, { content: '*a*', rendered: null }])
      assert.equal((await renderer.htmlOf(post)).trim(), '<p><em>a</em></p>');
  });
});
