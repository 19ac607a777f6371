import { hash } from 'node:crypto';
import { Feed } from 'feed';
import type { StoredPost } from '../posts/post.ts';
import { escapeHtml } from './html.ts';

/** Published posts, the latest first, as an Atom feed. */
export function toAtom(
  entries: { post: StoredPost; html: string }[],
  { title, url }: { title: string; url: string },
): string {
  const latest = entries.reduce<Date>(
    (last, { post: { updatedAt } }) => (updatedAt > last ? updatedAt : last),
    new Date(0),
  );
  const feed = new Feed({
    // Ids are the same under whatever name the blog was called.
    id: urnOf(`blog ${title}`),
    title: escapeHtml(title),
    link: `${url}/`,
    feedLinks: { atom: `${url}/feed.atom` },
    updated: latest,
    generator: false,
  });
  for (const { post, html } of entries) {
    feed.addItem({
      // Stays the same when title and slug change.
      id: urnOf(`post ${post._id.toHexString()}`),
      link: `${url}/posts/${post.slug}.html`,
      title: escapeHtml(post.title),
      content: html,
      author: [{ name: post.author }],
      category: post.tags.map((name) => ({ name, term: name })),
      published: post.publishedAt ?? post.createdAt,
      date: post.updatedAt,
    });
  }
  return feed.atom1().replaceAll(NOT_XML, '');
}

/** A UUID made from a name: version 8, https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
function urnOf(name: string): string {
  const digits = hash('sha256', name, 'hex');
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `a${digits.slice(17, 20)}`,
  ];
  return `urn:uuid:${[...parts, digits.slice(20, 32)].join('-')}`;
}

// https://www.w3.org/TR/xml/#charsets
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
