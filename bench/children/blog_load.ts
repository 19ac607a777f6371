import { MongoClient, ObjectId } from 'mongodb';
import { Pool } from 'undici';
import { newPost, type StoredPost } from '../../blog/src/posts/post.ts';
import { answer } from './answer.ts';
import { startTiming, type Timing } from './timing.ts';

/** Reads and writes posts, by HTTP or by the bare driver: the same documents on the same server. */

export interface BlogLoad {
  /** Of the blog, or of the server below it. */
  url: string;
  by: 'api' | 'driver';
  what: 'reads' | 'writes';
  ids: string[];
  seconds: number;
  connections: number;
}

const CONTENT = 'The telescope **works**, and the night is long. '.repeat(40);
let written = 0;

answer({
  /** Writes so many posts, by the driver. @returns their ids */
  async fill({ url, count }: { url: string; count: number }): Promise<string[]> {
    const client = new MongoClient(url);
    const posts = Array.from({ length: count }, () => nextPost());
    await client.db('blog').collection<StoredPost>('posts').insertMany(posts);
    await client.close();
    return posts.map(({ _id }) => _id.toHexString());
  },

  async run(load: BlogLoad): Promise<Timing> {
    const { act, close } = load.by === 'api' ? byApi(load) : byDriver(load);
    const until_ms = performance.now() + load.seconds * 1000;
    const timing = startTiming();
    const loop = async () => {
      while (performance.now() < until_ms) {
        const from_ms = performance.now();
        await act();
        timing.add(from_ms);
      }
    };
    await Promise.all(Array.from({ length: load.connections }, loop));
    const result = timing.finish();
    await close();
    return result;
  },
});

function byApi({ url, what, ids, connections }: BlogLoad) {
  const pool = new Pool(url, { connections, pipelining: 1 });
  let reads = 0;
  const act = async () => {
    const { statusCode, body } =
      what === 'reads'
        ? await pool.request({ method: 'GET', path: `/posts/${ids[reads++ % ids.length]}` })
        : await pool.request({
            method: 'POST',
            path: '/posts',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ title: nextTitle(), content: CONTENT, tags: ['bench'] }),
          });
    await body.dump();
    if (statusCode >= 300) throw new Error(`the blog answered ${statusCode}`);
  };
  return { act, close: () => pool.close() };
}

function byDriver({ url, what, ids, connections }: BlogLoad) {
  const client = new MongoClient(url, { maxPoolSize: connections });
  const posts = client.db('blog').collection<StoredPost>('posts');
  let reads = 0;
  const act = async () => {
    if (what === 'writes') await posts.insertOne(nextPost());
    else if (!(await posts.findOne({ _id: new ObjectId(ids[reads++ % ids.length]) })))
      throw new Error('no post');
  };
  return { act, close: () => client.close() };
}

function nextTitle(): string {
  return `Post ${process.pid} ${++written}`;
}

function nextPost(): StoredPost {
  const title = nextTitle();
  const slug = title.toLowerCase().replaceAll(' ', '-');
  const rendered = { html: `<p>${CONTENT}</p>`, version: 1 };
  const made = { id: new ObjectId(), author: 'local', at: new Date(), slug, request_hash: null, rendered };
  return newPost({ title, content: CONTENT, tags: ['bench'] }, made);
}
