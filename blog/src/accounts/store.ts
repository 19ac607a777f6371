import { KeyedLock } from '@oms/kit/keyed_lock.ts';
import type { Collection, Filter } from 'mongodb';
import type { Role } from '../callers.ts';
import type { Store } from '../store/store.ts';
import type { Session } from './sessions.ts';

/** An account with its sessions: one document, found by its name. */
export interface StoredAccount {
  _id: string;
  passwordHash: string;
  role: Role;
  sessions: Session[];
  createdAt: Date;
  /** Counts changes. */
  version: number;
}

const CHANGE_TRIES_MAX = 5;

export class Accounts {
  readonly #collection: Collection<StoredAccount>;
  readonly #store: Store;
  readonly #locks = new KeyedLock();

  constructor(store: Store) {
    this.#store = store;
    this.#collection = store.db.collection<StoredAccount>('accounts');
  }

  /** @throws what `isDuplicate` knows, when the name is taken */
  async insert(account: StoredAccount): Promise<void> {
    await this.#collection.insertOne(account);
  }

  find(name: string): Promise<StoredAccount | null> {
    return this.#collection.findOne({ _id: name });
  }

  /**
   * Changes an account. Changes of one account follow each other, so that none is lost.
   * @param make given the account as it is; without an answer it is left alone
   */
  async change(
    name: string,
    make: (current: StoredAccount) => Partial<StoredAccount> | undefined,
  ): Promise<StoredAccount | undefined> {
    return this.#locks.run(name, async () => {
      for (let tries = 0; tries < CHANGE_TRIES_MAX; tries++) {
        const current = await this.find(name);
        const changes = current ? make(current) : undefined;
        if (!current || !changes) return undefined;
        const next = { ...current, ...changes, version: current.version + 1 };
        const { matchedCount } = await this.#collection.replaceOne(this.#exactly(current), next);
        if (matchedCount === 1) return next;
      }
      throw new Error(
        `account ${name} was changed by others ${CHANGE_TRIES_MAX} times while it was to be changed`,
      );
    });
  }

  #exactly({ _id, version }: StoredAccount): Filter<StoredAccount> {
    return this.#store.compares_and_sets ? { _id, version } : { _id };
  }
}
