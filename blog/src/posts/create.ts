import { createHash } from 'node:crypto';
import { commonProblem } from '@oms/kit/http/problem.ts';
import { isDuplicate } from '@oms/kit/mongodb/errors.ts';
import { ObjectId } from 'mongodb';
import type { Caller } from '../callers.ts';
import { blogProblem } from '../errors.ts';
import type { NewPost } from '../generated/contract/types.gen.ts';
import type { Renderer } from '../reading/renderer.ts';
import { hashRequest, newPost, type StoredPost, textOf } from './post.ts';
import { slugOf } from './slugs.ts';
import type { Posts } from './store.ts';

export interface PostsContext {
  posts: Posts;
  renderer: Renderer;
}

/**
 * Creates a post. With a key of the caller's, the post's id is made from it: the same request sent again finds the post
 * that it created.
 */
export async function createPost(
  { posts, renderer }: PostsContext,
  caller: Caller,
  body: NewPost,
  key: string | undefined,
): Promise<StoredPost> {
  const id = key === undefined ? new ObjectId() : idOf(caller, key);
  if (key !== undefined && (await posts.findTombstone(id.toHexString()))) {
    throw commonProblem('idempotency_key_reused', {
      detail: 'The post that was created with this key is deleted.',
    });
  }
  const made = {
    id,
    author: caller.name,
    at: new Date(),
    rendered: await renderer.render(textOf(body).content),
    request_hash: key === undefined ? null : hashRequest(body),
  };
  const slugs = body.slug ? [body.slug] : [slugOf(body.title), slugOf(body.title, id.toHexString())];
  for (const slug of slugs) {
    const post = newPost(body, { ...made, slug });
    try {
      await posts.insert(post);
      return post;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const earlier = key === undefined ? null : await posts.find(id.toHexString());
      if (earlier) return sameRequest(earlier, made.request_hash);
    }
  }
  throw slugTaken(slugs.at(-1)!);
}

export function slugTaken(slug: string) {
  const detail = `Another post has the slug ${slug}.`;
  return blogProblem('slug_taken', { detail, errors: [{ pointer: '/slug', code: 'slug_taken', detail }] });
}

function sameRequest(post: StoredPost, request_hash: string | null): StoredPost {
  if (post.requestHash === request_hash) return post;
  throw commonProblem('idempotency_key_reused', { detail: 'Another post was created with this key.' });
}

const ID_BYTES = 12;

function idOf({ name }: Caller, key: string): ObjectId {
  return new ObjectId(
    createHash('sha256')
      .update(JSON.stringify([name, key]))
      .digest()
      .subarray(0, ID_BYTES),
  );
}
