import { createHash } from 'node:crypto';
import type { ObjectId } from 'mongodb';
import type { Caller } from '../callers.ts';
import type { NewPost, Post } from '../generated/contract/types.gen.ts';
import type { Rendered } from '../reading/renderer.ts';
import { slugOf, wasMadeFrom } from './slugs.ts';

/** A post as it is stored: one document, so that each change is whole. */
export interface StoredPost {
  _id: ObjectId;
  title: string;
  /** What posts are sorted by when sorted by title. */
  titleKey: string;
  content: string;
  /** The content as HTML that is safe to show; left out by posts from before it was stored. */
  rendered?: Rendered;
  slug: string;
  /** Slugs that led here before, the latest last. */
  formerSlugs: string[];
  state: 'draft' | 'published';
  tags: string[];
  author: string;
  createdAt: Date;
  updatedAt: Date;
  /** When it was first published. */
  publishedAt: Date | null;
  /** Counts changes; its ETag. */
  version: number;
  /** Of the request that created it under a key of its own. */
  requestHash: string | null;
}

const FORMER_SLUGS_MAX = 20;
const TITLE_KEY_LENGTH = 60;

export function newPost(
  body: NewPost,
  made: {
    id: ObjectId;
    author: string;
    at: Date;
    slug: string;
    request_hash: string | null;
    rendered: Rendered;
  },
): StoredPost {
  const { state = 'published', tags = [] } = body;
  const { title, content } = textOf(body);
  return {
    _id: made.id,
    title,
    titleKey: toTitleKey(title),
    content,
    rendered: made.rendered,
    slug: made.slug,
    formerSlugs: [],
    state,
    tags,
    author: made.author,
    createdAt: made.at,
    updatedAt: made.at,
    publishedAt: state === 'published' ? made.at : null,
    version: 1,
    requestHash: made.request_hash,
  };
}

/** Title and content as they are stored and rendered: in one Unicode form, so that a search finds them in either. */
export function textOf({ title, content }: NewPost): Pick<NewPost, 'title' | 'content'> {
  return { title: title.normalize('NFC'), content: content.normalize('NFC') };
}

/** @param is_suffixed whether the slug made from the title is taken, and needs something of its own */
export function edited(
  post: StoredPost,
  body: NewPost,
  { at, rendered, is_suffixed }: { at: Date; rendered: Rendered; is_suffixed: boolean },
): StoredPost {
  const { state = post.state, tags = post.tags } = body;
  const { title, content } = textOf(body);
  const slug = body.slug ?? nextSlug(post, title, is_suffixed);
  return {
    ...post,
    title,
    titleKey: toTitleKey(title),
    content,
    rendered,
    slug,
    formerSlugs:
      slug === post.slug
        ? post.formerSlugs
        : [...post.formerSlugs.filter((former) => former !== slug), post.slug].slice(-FORMER_SLUGS_MAX),
    state,
    tags,
    updatedAt: at,
    publishedAt: post.publishedAt ?? (state === 'published' ? at : null),
    version: post.version + 1,
  };
}

/** A slug that its author chose stays; one that was made from the title follows the title. */
function nextSlug(post: StoredPost, title: string, is_suffixed: boolean): string {
  const id = post._id.toHexString();
  if (title === post.title || !wasMadeFrom(post.slug, post.title, id)) return post.slug;
  return slugOf(title, is_suffixed ? id : undefined);
}

export function canSee(caller: Caller | undefined, post: StoredPost): boolean {
  return post.state === 'published' || post.author === caller?.name;
}

/** Drafts are their author's alone; what is published an administrator may change too. */
export function canChange(caller: Caller, post: StoredPost): boolean {
  return post.author === caller.name || (caller.role === 'admin' && post.state === 'published');
}

/** The post as the contract shows it. */
export function toPost(post: StoredPost): Post {
  return {
    id: post._id.toHexString(),
    title: post.title,
    content: post.content,
    slug: post.slug,
    state: post.state,
    tags: post.tags,
    author: post.author,
    createdAt: post.createdAt.toISOString(),
    updatedAt: post.updatedAt.toISOString(),
    publishedAt: post.publishedAt?.toISOString() ?? null,
  };
}

/** The same for the same request, whatever the order of its fields. */
export function hashRequest({ title, content, slug, state, tags }: NewPost): string {
  return createHash('sha256')
    .update(JSON.stringify([title, content, slug, state, tags]))
    .digest('base64url');
}

function toTitleKey(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.slice(0, TITLE_KEY_LENGTH).toWellFormed();
}
