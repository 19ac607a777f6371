import { commonProblem } from '@oms/kit/http/problem.ts';
import slugify from '@sindresorhus/slugify';

const LENGTH_MAX = 80;
const SUFFIX_LENGTH = 8;
const ID = /^[0-9a-f]{24}$/;

/** The part of an address made from a title; with the end of the post's id where the plain one is taken. */
export function slugOf(title: string, id?: string): string {
  const words = slugify(title, { decamelize: false }).slice(0, LENGTH_MAX).replace(/-+$/, '') || 'post';
  const plain = looksLikeId(words) ? `post-${words}` : words;
  return id === undefined ? plain : `${plain}-${id.slice(-SUFFIX_LENGTH)}`;
}

export function wasMadeFrom(slug: string, title: string, id: string): boolean {
  return slug === slugOf(title) || slug === slugOf(title, id);
}

/** An address holds an id or a slug, and must not be in doubt which. */
export function looksLikeId(text: string): boolean {
  return ID.test(text);
}

/** @throws Problem for a chosen slug that could be taken for an id */
export function requireSlug(slug: string | undefined): void {
  if (slug === undefined || !looksLikeId(slug)) return;
  const detail = 'looks like the id of a post';
  throw commonProblem('invalid_request', {
    detail: '1 field is wrong.',
    errors: [{ pointer: '/slug', code: 'pattern', detail }],
  });
}
