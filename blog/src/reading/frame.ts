import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { escapeHtml } from './html.ts';

export interface Blog {
  title: string;
  /** Where readers find it, without a slash at the end. */
  url: string;
}

const STYLE = readFileSync(new URL('./page.css', import.meta.url), 'utf8');

/** Nothing runs on the page, and of others it shows pictures only. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  "img-src 'self' https: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A page of the blog: its head, and the way to the list and the feed.
 * @param page.path of its canonical address
 * @param page.head what else belongs there, as HTML
 * @param page.body as HTML that is safe to show
 */
export function frame(
  blog: Blog,
  page: { title: string; path: string; head?: string; body: string },
): string {
  const title = escapeHtml(blog.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
${page.head ?? ''}<link rel="canonical" href="${escapeHtml(blog.url)}${page.path}">
<link rel="alternate" type="application/atom+xml" title="${title}" href="/feed.atom">
<link rel="icon" href="/favicon.ico">
<style>${STYLE}</style>
</head>
<body>
<nav><a class="home" href="/">${title}</a><a href="/feed.atom">Feed</a></nav>
${page.body}
</body>
</html>
`;
}

export function day(at: Date): string {
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** Its text, in one line. */
export function plain(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#\d{1,7});/g, (_, name) => ENTITIES[name] ?? toCharacter(name))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function toCharacter(reference: string): string {
  const code = Number(reference.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
