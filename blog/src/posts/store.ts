import { KeyedLock } from '@oms/kit/keyed_lock.ts';
import { type Collection, type Document, type Filter, ObjectId } from 'mongodb';
import type { Store } from '../store/store.ts';
import type { StoredPost } from './post.ts';

const CHANGE_TRIES_MAX = 5;
/** So long a repeated request about a deleted post is recognised. FerretDB 1 has no index that forgets by itself. */
const TOMBSTONES_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

export interface Tombstone {
  _id: ObjectId;
  author: string;
  deletedAt: Date;
}

/** The collection `posts`. Each write is one document; that slugs are unique rests on an index. */
export class Posts {
  readonly #collection: Collection<StoredPost>;
  readonly #store: Store;
  /** Deleted posts by their id: a repeated request about one is recognised. */
  readonly #tombstones: Collection<Tombstone>;
  readonly #locks = new KeyedLock();

  constructor(store: Store) {
    this.#store = store;
    this.#tombstones = store.db.collection<Tombstone>('deleted_posts');
    this.#collection = store.db.collection<StoredPost>('posts');
  }

  async prepare(): Promise<void> {
    await this.#collection.createIndex({ slug: 1 }, { unique: true });
    if (this.#store.reads_by_index) {
      await this.#collection.createIndexes([
        { key: { formerSlugs: 1 } },
        { key: { createdAt: -1, _id: -1 } },
        { key: { updatedAt: -1, _id: -1 } },
        { key: { titleKey: 1, _id: 1 } },
        { key: { author: 1, createdAt: -1, _id: -1 } },
        { key: { tags: 1, createdAt: -1, _id: -1 } },
        { key: { state: 1, publishedAt: -1 } },
      ]);
    }
    if (this.#store.searches_text) await this.#collection.createIndex({ title: 'text', content: 'text' });
  }

  get searches_text(): boolean {
    return this.#store.searches_text;
  }

  /** @throws what `isDuplicate` knows, when the id or the slug is taken */
  async insert(post: StoredPost): Promise<void> {
    await this.#collection.insertOne(post);
  }

  find(id: string): Promise<StoredPost | null> {
    return this.#collection.findOne({ _id: new ObjectId(id) });
  }

  /** The post of this slug, or else the one that had it last. */
  async findBySlug(slug: string): Promise<StoredPost | null> {
    const post = await this.#collection.findOne({ slug });
    return post ?? this.#collection.findOne({ formerSlugs: slug }, { sort: { updatedAt: -1 } });
  }

  list(filter: Filter<StoredPost>, sort: Document, limit: number): Promise<StoredPost[]> {
    return this.#collection.find(filter).sort(sort).limit(limit).toArray();
  }

  /**
   * Replaces a post by what is made of it. Changes of one post follow each other, so that none is lost.
   * @param make given the post as it is; what it throws leaves the post alone
   * @returns undefined when there is no such post
   */
  async change(id: string, make: (current: StoredPost) => StoredPost): Promise<StoredPost | undefined> {
    return this.#once(id, make, async (current, next) => {
      const { matchedCount } = await this.#collection.replaceOne(this.#exactly(current), next);
      return matchedCount === 1;
    });
  }

  /** Deletes a post. @param check may throw, and so leave it alone @returns undefined when there is no such post */
  async remove(id: string, check: (current: StoredPost) => void): Promise<StoredPost | undefined> {
    const make = (current: StoredPost) => {
      check(current);
      return current;
    };
    return this.#once(id, make, async (current) => {
      // First, so that a crash in between leaves a post that can be deleted again.
      const tombstone = { author: current.author, deletedAt: new Date() };
      await this.#tombstones.replaceOne({ _id: current._id }, tombstone, { upsert: true });
      const { deletedCount } = await this.#collection.deleteOne(this.#exactly(current));
      return deletedCount === 1;
    });
  }

  findTombstone(id: string): Promise<Tombstone | null> {
    return this.#tombstones.findOne({ _id: new ObjectId(id) });
  }

  /** Forgets posts that were deleted long ago. @returns how many */
  async forgetTombstones(now = new Date()): Promise<number> {
    const deletedAt = { $lt: new Date(now.getTime() - TOMBSTONES_KEPT_MS) };
    return (await this.#tombstones.deleteMany({ deletedAt })).deletedCount;
  }

  /** Reads, decides and writes; again when another process wrote in between. */
  #once(
    id: string,
    make: (current: StoredPost) => StoredPost,
    write: (current: StoredPost, next: StoredPost) => Promise<boolean>,
  ): Promise<StoredPost | undefined> {
    return this.#locks.run(id, async () => {
      for (let tries = 0; tries < CHANGE_TRIES_MAX; tries++) {
        const current = await this.find(id);
        if (!current) return undefined;
        const next = make(current);
        if (await write(current, next)) return next;
      }
      throw new Error(
        `post ${id} was changed by others ${CHANGE_TRIES_MAX} times while it was to be changed`,
      );
    });
  }

  #exactly({ _id, version }: StoredPost): Filter<StoredPost> {
    return this.#store.compares_and_sets ? { _id, version } : { _id };
  }
}
