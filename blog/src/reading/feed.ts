import { Feed } from 'feed';
import type { StoredPost } from '../posts/post.ts';
import { escapeHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

/** Published posts, the latest first, as an Atom feed. */
export function toAtom(posts: StoredPost[], { title, url }: { title: string; url: string }): string {
  const latest = posts.reduce<Date>(
    (last, { updatedAt }) => (updatedAt > last ? updatedAt : last),
    new Date(0),
  );
  const feed = new Feed({
    id: `${url}/feed.atom`,
    title: escapeHtml(title),
    link: `${url}/`,
    feedLinks: { atom: `${url}/feed.atom` },
    updated: latest,
    generator: false,
  });
  for (const post of posts) {
    feed.addItem({
      // Stays the same when title and slug change.
      id: `${url}/posts/${post._id.toHexString()}.html`,
      link: `${url}/posts/${post.slug}.html`,
      title: escapeHtml(post.title),
      content: renderMarkdown(post.content),
      author: [{ name: post.author }],
      category: post.tags.map((name) => ({ name, term: name })),
      published: post.publishedAt ?? post.createdAt,
      date: post.updatedAt,
    });
  }
  return feed.atom1().replaceAll(NOT_XML, '');
}

// https://www.w3.org/TR/xml/#charsets
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
