import { isDuplicate } from '@oms/kit/mongodb/errors.ts';
import type { NewPost } from '../generated/contract/types.gen.ts';
import { slugTaken } from './create.ts';
import { edited, type StoredPost } from './post.ts';
import { slugOf } from './slugs.ts';
import type { Posts } from './store.ts';

/** Changes a post. @param check may throw, and so leave it alone @returns undefined when there is no such post */
export async function updatePost(
  posts: Posts,
  id: string,
  body: NewPost,
  check: (post: StoredPost) => void,
): Promise<StoredPost | undefined> {
  for (const is_suffixed of [false, true]) {
    try {
      return await posts.change(id, (current) => {
        check(current);
        return edited(current, body, new Date(), is_suffixed);
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      if (body.slug) break;
    }
  }
  throw slugTaken(body.slug ?? slugOf(body.title));
}
