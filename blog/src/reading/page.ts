import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { StoredPost } from '../posts/post.ts';
import { escapeHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

const STYLE = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
const WORDS_A_MINUTE = 220;
const DESCRIPTION_LENGTH = 160;

/** Nothing runs on the page, and of others it shows pictures only. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  "img-src 'self' https: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A post for people. */
export function toPage(post: StoredPost, blog: { title: string; url: string }): string {
  const content = renderMarkdown(post.content);
  const text = plain(content);
  const minutes = Math.max(1, Math.round(text.split(' ').length / WORDS_A_MINUTE));
  const at = post.publishedAt ?? post.updatedAt;
  const wasEdited = post.publishedAt !== null && day(post.updatedAt) !== day(post.publishedAt);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(post.title)} · ${escapeHtml(blog.title)}</title>
<meta name="description" content="${escapeHtml(text.slice(0, DESCRIPTION_LENGTH))}">
<meta name="author" content="${escapeHtml(post.author)}">
<link rel="canonical" href="${escapeHtml(blog.url)}/posts/${post.slug}.html">
<link rel="alternate" type="application/atom+xml" title="${escapeHtml(blog.title)}" href="/feed.atom">
<link rel="icon" href="/favicon.ico">
<style>${STYLE}</style>
</head>
<body>
<nav><span>${escapeHtml(blog.title)}</span><a href="/feed.atom">Feed</a></nav>
<article>
<header>
${post.state === 'draft' ? '<p class="draft">Draft, seen by you alone</p>\n' : ''}<h1>${escapeHtml(post.title)}</h1>
<p class="facts"><span>${escapeHtml(post.author)}</span><time datetime="${at.toISOString()}">${day(at)}</time>${
    wasEdited ? `<span>edited ${day(post.updatedAt)}</span>` : ''
  }<span>${minutes} min read</span></p>
</header>
<div class="content">
${content}
</div>
${post.tags.length > 0 ? `<ul class="tags">${post.tags.map((tag) => `<li>${escapeHtml(tag)}</li>`).join('')}</ul>\n` : ''}</article>
</body>
</html>
`;
}

function day(at: Date): string {
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

function plain(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name] ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
