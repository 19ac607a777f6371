import type { StoredPost } from '../posts/post.ts';
import { type Blog, day, frame, plain } from './frame.ts';
import { escapeHtml } from './html.ts';

const EXCERPT_LENGTH = 220;

/**
 * The blog's first page: its posts, the latest first.
 * @param entries the posts of this page, each with its content as HTML
 * @param older the id after which the next page begins; undefined on the last one
 */
export function toHome(
  entries: { post: StoredPost; html: string }[],
  { blog, older, isFirst }: { blog: Blog; older: string | undefined; isFirst: boolean },
): string {
  const list = entries.map(({ post, html }) => toEntry(post, html)).join('\n');
  const empty = '<p class="empty">Nothing has been published yet.</p>';
  const ways = [
    isFirst ? '' : '<a href="/">Latest posts</a>',
    older ? `<a rel="next" href="/?before=${older}">Older posts</a>` : '',
  ].join('');
  return frame(blog, {
    title: blog.title,
    path: '/',
    body: `<main class="posts">
<h1>${escapeHtml(blog.title)}</h1>
${entries.length > 0 ? list : empty}
</main>${ways ? `\n<p class="ways">${ways}</p>` : ''}
<footer class="facts"><a href="/docs/">API reference</a></footer>`,
  });
}

function toEntry(post: StoredPost, html: string): string {
  const at = post.publishedAt ?? post.createdAt;
  const text = plain(html);
  const excerpt =
    text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH).replace(/\s*\S*$/, '')}…` : text;
  return `<article>
<h2><a href="/posts/${post.slug}.html">${escapeHtml(post.title)}</a></h2>
<p class="facts"><span>${escapeHtml(post.author)}</span><time datetime="${at.toISOString()}">${day(at)}</time></p>
<p>${escapeHtml(excerpt.toWellFormed())}</p>
</article>`;
}
