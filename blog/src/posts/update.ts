import { isDuplicate } from '@oms/kit/mongodb/errors.ts';
import type { NewPost } from '../generated/contract/types.gen.ts';
import { type PostsContext, slugTaken } from './create.ts';
import { edited, type StoredPost, textOf } from './post.ts';
import { slugOf } from './slugs.ts';

/** Changes a post. @param check may throw, and so leave it alone @returns undefined when there is no such post */
export async function updatePost(
  { posts, renderer }: PostsContext,
  id: string,
  body: NewPost,
  check: (post: StoredPost) => void,
): Promise<StoredPost | undefined> {
  const rendered = await renderer.render(textOf(body).content);
  for (const is_suffixed of [false, true]) {
    try {
      return await posts.change(id, (current) => {
        check(current);
        return edited(current, body, { at: new Date(), rendered, is_suffixed });
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      if (body.slug) break;
    }
  }
  throw slugTaken(body.slug ?? slugOf(body.title));
}
