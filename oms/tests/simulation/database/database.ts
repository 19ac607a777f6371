import type { Tables } from './tables.ts';

export type TableName = keyof Tables;

/** A statement must wait for another transaction, and is then run anew from its start. */
export class Blocked extends Error {
  readonly released: Promise<void>;

  constructor(released: Promise<void>) {
    super('the row is locked');
    this.released = released;
  }
}

/**
 * A database in memory, with what the service relies on of PostgreSQL: a transaction is written whole or not at
 * all and is unseen before; a row that one has written or locked makes others wait.
 */
export class Database {
  readonly tables: { [Name in TableName]: Map<string, Tables[Name]> } = {
    customers: new Map(),
    products: new Map(),
    stock: new Map(),
    orders: new Map(),
    order_lines: new Map(),
    order_events: new Map(),
    payment_entries: new Map(),
    shipments: new Map(),
    reservations: new Map(),
    outbox: new Map(),
    idempotency_keys: new Map(),
    idempotency_horizon: new Map(),
  };
  /** Called when something that was written is on disk. */
  onFlush: () => void = () => {};
  readonly locks = new Map<string, Transaction>();
  readonly #open = new Set<Transaction>();
  #sequence = 0;

  begin(): Transaction {
    const transaction = new Transaction(this, (ended) => this.#open.delete(ended));
    this.#open.add(transaction);
    return transaction;
  }

  /** Every connection is lost. */
  rollbackAll(): void {
    for (const transaction of [...this.#open]) transaction.rollback();
  }

  nextId(): number {
    return ++this.#sequence;
  }
}

/** A transaction's own view. Rows are never changed in place: a changed row is put in the old one's stead. */
export class Transaction {
  readonly #database: Database;
  readonly #onEnd: (ended: Transaction) => void;
  readonly #locked = new Set<string>();
  readonly #ended = Promise.withResolvers<void>();
  #writes: [TableName, string, unknown][] = [];
  /** Where the statement under way began. */
  #savepoint = 0;
  isOpen = true;

  constructor(database: Database, onEnd: (ended: Transaction) => void) {
    this.#database = database;
    this.#onEnd = onEnd;
  }

  /** Runs one statement: an error takes back what it wrote. */
  statement<Result>(run: (transaction: Transaction) => Result): Result {
    if (!this.isOpen) throw Object.assign(new Error('the connection is gone'), { code: '57P01' });
    this.#savepoint = this.#writes.length;
    try {
      return run(this);
    } catch (error) {
      this.#writes.length = this.#savepoint;
      throw error;
    }
  }

  get<Name extends TableName>(table: Name, key: string): Tables[Name] | undefined {
    for (let index = this.#writes.length - 1; index >= 0; index--) {
      const [name, written, row] = this.#writes[index]!;
      if (name === table && written === key) return row as Tables[Name] | undefined;
    }
    return this.#database.tables[table].get(key) as Tables[Name] | undefined;
  }

  /** All rows, those that this transaction has written as they are now. */
  *all<Name extends TableName>(table: Name): Generator<[string, Tables[Name]]> {
    const own = new Set(this.#writes.flatMap(([name, key]) => (name === table ? [key] : [])));
    const { tables } = this.#database;
    for (const entry of tables[table] as Map<string, Tables[Name]>) if (!own.has(entry[0])) yield entry;
    for (const key of own) {
      const row = this.get(table, key);
      if (row) yield [key, row];
    }
  }

  put<Name extends TableName>(table: Name, key: string, row: Tables[Name]): void {
    this.lock(table, key);
    this.#writes.push([table, key, row]);
  }

  delete(table: TableName, key: string): void {
    this.lock(table, key);
    this.#writes.push([table, key, undefined]);
  }

  /** @throws Blocked while another transaction has it */
  lock(table: TableName, key: string): void {
    const name = `${table} ${key}`;
    const holder = this.#database.locks.get(name);
    if (holder && holder !== this) throw new Blocked(holder.#ended.promise);
    if (holder) return;
    this.#database.locks.set(name, this);
    this.#locked.add(name);
  }

  isLockedByOthers(table: TableName, key: string): boolean {
    const holder = this.#database.locks.get(`${table} ${key}`);
    return holder !== undefined && holder !== this;
  }

  nextId(): number {
    return this.#database.nextId();
  }

  commit(): void {
    if (!this.isOpen) throw Object.assign(new Error('the connection is gone'), { code: '57P01' });
    for (const [table, key, row] of this.#writes) {
      const rows = this.#database.tables[table] as Map<string, unknown>;
      if (row === undefined) rows.delete(key);
      else rows.set(key, row);
    }
    if (this.#writes.length > 0) this.#database.onFlush();
    this.#end();
  }

  rollback(): void {
    if (this.isOpen) this.#end();
  }

  #end(): void {
    this.isOpen = false;
    this.#writes = [];
    for (const name of this.#locked) this.#database.locks.delete(name);
    this.#onEnd(this);
    this.#ended.resolve();
  }
}

/** Errors as PostgreSQL names them. */
export function duplicate(constraint: string): Error {
  return Object.assign(new Error(`duplicate key: ${constraint}`), { code: '23505', constraint });
}

export function violation(constraint: string): Error {
  return Object.assign(new Error(`violates ${constraint}`), { code: '23514', constraint });
}
