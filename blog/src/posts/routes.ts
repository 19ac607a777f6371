import { toPage } from '@oms/kit/http/paging.ts';
import { readConditions, requireConditions, toEtag } from '@oms/kit/http/versions.ts';
import type { Caller, Callers } from '../callers.ts';
import { blogProblem, notFound } from '../errors.ts';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import { createPost, type PostsContext } from './create.ts';
import { canChange, canSee, type StoredPost, toPost } from './post.ts';
import { toFilter, toOrder } from './query.ts';
import { requireSlug } from './slugs.ts';
import { updatePost } from './update.ts';

export interface PostRoutesContext extends PostsContext {
  callers: Callers;
}

type Operations = 'listPosts' | 'createPost' | 'getPost' | 'updatePost' | 'deletePost' | 'getPostBySlug';

export function postRoutes(context: PostRoutesContext): Pick<RouteHandlers, Operations> {
  const { posts, callers } = context;
  return {
    async listPosts(request, reply) {
      const query = request.query ?? {};
      const { limit = 20 } = query;
      const order = toOrder(query);
      const filter = toFilter(query, callers.of(request), {
        searches_text: posts.searches_text,
        after: order.after(query.cursor),
      });
      const found = await posts.list(filter, order.sort, limit + 1);
      return reply.code(200).send(toPage(request, reply, found, limit, order.keyOf).map(toPost));
    },

    async createPost(request, reply) {
      const caller = callers.require(request);
      requireSlug(request.body.slug);
      const key = request.headers?.['idempotency-key'] as string | undefined;
      const post = await createPost(context, caller, request.body, key);
      return reply
        .header('location', `/posts/${post._id.toHexString()}`)
        .header('etag', toEtag(post))
        .code(201)
        .send(toPost(post));
    },

    async getPost(request, reply) {
      const { id } = request.params;
      const post = await posts.find(id);
      if (!post || !canSee(callers.of(request), post)) throw notFound(`post ${id}`);
      return reply.header('etag', toEtag(post)).code(200).send(toPost(post));
    },

    async getPostBySlug(request, reply) {
      const { slug } = request.params;
      const post = await posts.findBySlug(slug);
      if (!post || !canSee(callers.of(request), post)) throw notFound(`post ${slug}`);
      if (post.slug !== slug)
        return reply.header('cache-control', MAY_RETURN).redirect(`/posts/by-slug/${post.slug}`, 301);
      return reply.header('etag', toEtag(post)).code(200).send(toPost(post));
    },

    async updatePost(request, reply) {
      const caller = callers.require(request);
      requireSlug(request.body.slug);
      const { id } = request.params;
      const check = checkFor(caller, request.headers);
      const post = await updatePost(context, id, request.body, check);
      if (!post) throw notFound(`post ${id}`);
      return reply.header('etag', toEtag(post)).code(200).send(toPost(post));
    },

    async deletePost(request, reply) {
      const caller = callers.require(request);
      const { id } = request.params;
      const removed = await posts.remove(id, checkFor(caller, request.headers));
      // Its author may repeat the request because the first response was lost.
      if (!removed && (await posts.findTombstone(id))?.author !== caller.name) throw notFound(`post ${id}`);
      return reply.code(204).send();
    },
  };
}

/** Another post may take the slug, or this one take it back: a redirect is asked for again. */
export const MAY_RETURN = 'no-cache';

/** Whether the caller may change a post, and means the version that it has. */
function checkFor(caller: Caller, headers: Record<string, unknown> | undefined): (post: StoredPost) => void {
  const conditions = readConditions(headers);
  return (post) => {
    if (!canSee(caller, post)) throw notFound(`post ${post._id.toHexString()}`);
    if (!canChange(caller, post)) {
      throw blogProblem('not_the_author', { detail: `The post is by ${post.author}.` });
    }
    requireConditions(conditions, post.version);
  };
}
