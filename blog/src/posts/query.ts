import { readCursor } from '@oms/kit/http/paging.ts';
import { commonProblem } from '@oms/kit/http/problem.ts';
import { readTime } from '@oms/kit/http/time.ts';
import { type Document, type Filter, ObjectId } from 'mongodb';
import type { Caller } from '../callers.ts';
import type { ListPostsData } from '../generated/contract/types.gen.ts';
import type { StoredPost } from './post.ts';

type Query = NonNullable<ListPostsData['query']>;

const WORDS_MAX = 8;
const SORT_FIELDS = { createdAt: 'createdAt', updatedAt: 'updatedAt', title: 'titleKey' } as const;
const CURSOR = /^\["[a-zA-Z-]+",("(?:[^"\\]|\\["\\])*"|\d{1,15}),"[0-9a-f]{24}"\]$/;

/** How a list is sorted: by a field, and by id where that is the same. */
export function toOrder({ sort = '-createdAt' }: Query) {
  const direction = sort.startsWith('-') ? -1 : 1;
  const field = SORT_FIELDS[sort.replace('-', '') as keyof typeof SORT_FIELDS];
  return {
    sort: { [field]: direction, _id: direction } as Document,
    /** What the next page starts after. */
    keyOf(post: StoredPost): string {
      const value = post[field];
      return JSON.stringify([sort, value instanceof Date ? value.getTime() : value, post._id.toHexString()]);
    },
    /** @throws Problem for a cursor of another list */
    after(cursor: string | undefined): Filter<StoredPost> | undefined {
      const key = readCursor(cursor, CURSOR);
      if (key === undefined) return undefined;
      const [itsSort, itsValue, id] = JSON.parse(key) as [string, string | number, string];
      if (itsSort !== sort || (typeof itsValue === 'string') !== (field === 'titleKey')) throw otherSort();
      const value = typeof itsValue === 'number' ? new Date(itsValue) : itsValue;
      const beyond = direction === 1 ? '$gt' : '$lt';
      return {
        $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: { [beyond]: new ObjectId(id) } }],
      } as Filter<StoredPost>;
    },
  };
}

/** What a list shows: published posts and the caller's own drafts, of these what was asked for. */
export function toFilter(
  query: Query,
  caller: Caller | undefined,
  options: { searches_text: boolean; after: Filter<StoredPost> | undefined },
): Filter<StoredPost> {
  const { author, tag, state, createdFrom, createdTo, q } = query;
  const visible: Filter<StoredPost> = caller
    ? { $or: [{ state: 'published' }, { author: caller.name }] }
    : { state: 'published' };
  const createdAt = {
    ...(createdFrom !== undefined && { $gte: new Date(readTime('createdFrom', createdFrom)) }),
    ...(createdTo !== undefined && { $lt: new Date(readTime('createdTo', createdTo)) }),
  };
  const parts: (Filter<StoredPost> | undefined)[] = [
    visible,
    author === undefined ? undefined : { author },
    tag === undefined ? undefined : { tags: tag },
    state === undefined ? undefined : { state },
    Object.keys(createdAt).length === 0 ? undefined : { createdAt },
    ...(q === undefined ? [] : search(q, options.searches_text)),
    options.after,
  ];
  return { $and: parts.filter((part) => part !== undefined) };
}

/** Every word must be found: by the text index, or else by reading. */
function search(q: string, by_index: boolean): Filter<StoredPost>[] {
  // Texts are stored as NFC, so that a word is found however its accents were typed.
  const words = q.normalize('NFC').split(/\s+/).filter(Boolean).slice(0, WORDS_MAX);
  if (words.length === 0) return [];
  if (by_index)
    return [{ $text: { $search: words.map((word) => `"${word.replaceAll('"', '')}"`).join(' ') } }];
  return words.map((word) => {
    const found = { $regex: RegExp.escape(word), $options: 'i' };
    return { $or: [{ title: found }, { content: found }] };
  });
}

function otherSort() {
  const detail = 'is a cursor of a list sorted otherwise';
  return commonProblem('invalid_request', {
    detail,
    errors: [{ pointer: 'query.cursor', code: 'cursor', detail }],
  });
}
