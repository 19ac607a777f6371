import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Callers } from '../callers.ts';
import { notFound } from '../errors.ts';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import { canSee } from '../posts/post.ts';
import { looksLikeId } from '../posts/slugs.ts';
import type { Posts } from '../posts/store.ts';
import { toAtom } from './feed.ts';
import { PAGE_POLICY, toPage } from './page.ts';

export interface ReadingRoutesContext {
  posts: Posts;
  callers: Callers;
  title: string;
  /** Where readers find the blog; by default as they called it. */
  public_url: string | undefined;
}

const FEED_POSTS_MAX = 20;

export function readingRoutes(context: ReadingRoutesContext): Pick<RouteHandlers, 'showPost' | 'getFeed'> {
  const { posts, callers, title, public_url } = context;
  const addressOf = (request: FastifyRequest) => public_url ?? `${request.protocol}://${request.host}`;

  return {
    async showPost(request, reply) {
      const { post: name } = request.params;
      const post = await (looksLikeId(name) ? posts.find(name) : posts.findBySlug(name));
      if (!post || !canSee(callers.of(request), post)) throw notFound(`post ${name}`);
      const isFormer = !looksLikeId(name) && post.slug !== name;
      if (isFormer) return reply.redirect(`/posts/${post.slug}.html`, 301);
      return reply
        .header('content-security-policy', PAGE_POLICY)
        .type('text/html; charset=utf-8')
        .code(200)
        .send(toPage(post, { title, url: addressOf(request) }));
    },

    async getFeed(request, reply) {
      const latest = await posts.list({ state: 'published' }, { publishedAt: -1, _id: -1 }, FEED_POSTS_MAX);
      const feed = toAtom(latest, { title, url: addressOf(request) });
      const etag = `"${createHash('sha256').update(feed).digest('base64url').slice(0, 27)}"`;
      reply.header('etag', etag).header('cache-control', 'no-cache');
      const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
      if (known?.includes(etag)) return (reply as FastifyReply).code(304).send();
      return reply.type('application/atom+xml; charset=utf-8').code(200).send(feed);
    },
  };
}
