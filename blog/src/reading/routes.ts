import type { FastifyRequest } from 'fastify';
import type { Filter } from 'mongodb';
import type { Callers } from '../callers.ts';
import { notFound } from '../errors.ts';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import { canSee, type StoredPost } from '../posts/post.ts';
import { MAY_RETURN } from '../posts/routes.ts';
import { looksLikeId } from '../posts/slugs.ts';
import type { Posts } from '../posts/store.ts';
import { toAtom } from './feed.ts';
import { PAGE_POLICY } from './frame.ts';
import { toHome } from './home.ts';
import { toPage } from './page.ts';
import type { Renderer } from './renderer.ts';

export interface ReadingRoutesContext {
  posts: Posts;
  renderer: Renderer;
  callers: Callers;
  title: string;
  /** Where readers find the blog; by default as they called it. */
  public_url: string | undefined;
}

const FEED_POSTS_MAX = 20;
const HOME_POSTS_MAX = 20;
const LATEST_FIRST = { publishedAt: -1, _id: -1 };

export function readingRoutes(
  context: ReadingRoutesContext,
): Pick<RouteHandlers, 'showHome' | 'showPost' | 'getFeed'> {
  const { posts, renderer, callers, title, public_url } = context;
  const addressOf = (request: FastifyRequest) => public_url ?? `${request.protocol}://${request.host}`;

  const render = (found: StoredPost[]) =>
    Promise.all(found.map(async (post) => ({ post, html: await renderer.htmlOf(post) })));

  return {
    async showHome(request, reply) {
      const before = request.query?.before;
      const last = before === undefined ? undefined : await posts.find(before);
      if (last === null || last?.publishedAt === null) throw notFound(`post ${before}`);
      const found = await posts.list(publishedBefore(last), LATEST_FIRST, HOME_POSTS_MAX + 1);
      const shown = found.slice(0, HOME_POSTS_MAX);
      const older = found.length > shown.length ? shown.at(-1)?._id.toHexString() : undefined;
      const blog = { title, url: addressOf(request) };
      return reply
        .header('content-security-policy', PAGE_POLICY)
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .code(200)
        .send(toHome(await render(shown), { blog, older, isFirst: before === undefined }));
    },

    async showPost(request, reply) {
      const { post: name } = request.params;
      const post = await (looksLikeId(name) ? posts.find(name) : posts.findBySlug(name));
      if (!post || !canSee(callers.of(request), post)) throw notFound(`post ${name}`);
      const isFormer = !looksLikeId(name) && post.slug !== name;
      if (isFormer) {
        return reply.header('cache-control', MAY_RETURN).redirect(`/posts/${post.slug}.html`, 301);
      }
      return reply
        .header('content-security-policy', PAGE_POLICY)
        .type('text/html; charset=utf-8')
        .code(200)
        .send(toPage(post, await renderer.htmlOf(post), { title, url: addressOf(request) }));
    },

    async getFeed(request, reply) {
      const latest = await posts.list(publishedBefore(), LATEST_FIRST, FEED_POSTS_MAX);
      const entries = await render(latest);
      const feed = toAtom(entries, { title, url: addressOf(request) });
      return reply
        .header('cache-control', 'no-cache')
        .type('application/atom+xml; charset=utf-8')
        .code(200)
        .send(feed);
    },
  };
}

/** The published posts that come after this one in the list, or all of them. */
function publishedBefore(last?: StoredPost): Filter<StoredPost> {
  if (!last?.publishedAt) return { state: 'published' };
  const { publishedAt, _id } = last;
  return {
    state: 'published',
    $or: [{ publishedAt: { $lt: publishedAt } }, { publishedAt, _id: { $lt: _id } }],
  };
}
