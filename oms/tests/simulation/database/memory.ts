import { Database, type Transaction } from './database.ts';
import { featureStatements } from './features.ts';
import { inventoryStatements } from './inventory.ts';
import { orderStatements } from './orders.ts';
import type { Answer, Connection, Prepared, Store } from './pool.ts';
import type { Statements } from './statements.ts';
import { verifyStatements } from './verify.ts';

export const statements: Statements = new Map([
  ...orderStatements,
  ...inventoryStatements,
  ...featureStatements,
  ...verifyStatements,
]);

/** The service's statements on a database in memory. */
export class MemoryStore implements Store {
  readonly database = new Database();
  prepare = prepare;

  get onFlush(): () => void {
    return this.database.onFlush;
  }

  set onFlush(onFlush: () => void) {
    this.database.onFlush = onFlush;
  }

  connect(): Connection {
    return new MemoryConnection(this.database);
  }

  disconnectAll(): void {
    this.database.rollbackAll();
  }
}

class MemoryConnection implements Connection {
  readonly #database: Database;
  #transaction: Transaction | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  query({ text, given }: Prepared): Answer {
    if (text === 'BEGIN') this.#transaction = this.#database.begin();
    else if (text === 'COMMIT') this.#end((transaction) => transaction.commit());
    else if (text === 'ROLLBACK') this.#end((transaction) => transaction.rollback());
    else if (text.startsWith('SET TRANSACTION ')) return { rows: [] };
    // The embedded engine's tables, which are not here.
    else if (text.includes('to_regclass')) return { rows: [{ table: null }] };
    else return { rows: this.#run(text, given) };
    return { rows: [] };
  }

  release(): void {
    this.#transaction?.rollback();
  }

  #run(text: string, given: Prepared['given']): object[] {
    const statement = statements.get(text);
    if (!statement) throw new Error(`the database in memory does not know: ${text}`);
    if (this.#transaction) return this.#transaction.statement((open) => statement.run(open, given));
    const transaction = this.#database.begin();
    try {
      const rows = transaction.statement((open) => statement.run(open, given));
      transaction.commit();
      return rows.map((row) => ({ ...row }));
    } finally {
      transaction.rollback();
    }
  }

  #end(end: (transaction: Transaction) => void): void {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction) end(transaction);
  }
}

/** Names a statement and its values. */
export function prepare(text: string, bindings: readonly unknown[]): Prepared {
  const statement = statements.get(text);
  const given: Record<string, unknown> = {};
  if (!statement) return { name: text, text, bindings, given };
  const { name, parameters } = statement;
  for (let index = 0; index < parameters.length; index++) given[parameters[index]!] = bindings[index];
  return { name, text, bindings, given };
}
