import type { StoredPost } from '../posts/post.ts';
import { type Blog, day, frame, plain } from './frame.ts';
import { escapeHtml } from './html.ts';

const WORDS_A_MINUTE = 220;
const DESCRIPTION_LENGTH = 160;

/**
 * A post for people.
 * @param content the post's content as HTML that is safe to show
 */
export function toPage(post: StoredPost, content: string, blog: Blog): string {
  const text = plain(content);
  const minutes = Math.max(1, Math.round(text.split(' ').length / WORDS_A_MINUTE));
  const at = post.publishedAt ?? post.updatedAt;
  const wasEdited = post.publishedAt !== null && day(post.updatedAt) !== day(post.publishedAt);
  return frame(blog, {
    title: `${post.title} · ${blog.title}`,
    path: `/posts/${post.slug}.html`,
    head: `<meta name="description" content="${escapeHtml(text.slice(0, DESCRIPTION_LENGTH))}">
<meta name="author" content="${escapeHtml(post.author)}">
`,
    body: `<article>
<header>
${post.state === 'draft' ? '<p class="draft">Draft, seen by you alone</p>\n' : ''}<h1>${escapeHtml(post.title)}</h1>
<p class="facts"><span>${escapeHtml(post.author)}</span><time datetime="${at.toISOString()}">${day(at)}</time>${
      wasEdited ? `<span>edited ${day(post.updatedAt)}</span>` : ''
    }<span>${minutes} min read</span></p>
</header>
<div class="content">
${content}
</div>
${post.tags.length > 0 ? `<ul class="tags">${post.tags.map((tag) => `<li>${escapeHtml(tag)}</li>`).join('')}</ul>\n` : ''}</article>`,
  });
}
