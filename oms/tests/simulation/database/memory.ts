import { Database, type Transaction } from './database.ts';
import { featureStatements } from './features.ts';
import { inventoryStatements } from './inventory.ts';
import { orderStatements } from './orders.ts';
import type { Answer, Connection, Store } from './pool.ts';
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

  describe(text: string, bindings: readonly unknown[]) {
    const statement = statements.get(text);
    if (!statement) return { name: text, given: {} };
    return { name: statement.name, given: named(statement.parameters, bindings) };
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

  query(text: string, bindings: readonly unknown[]): Answer {
    if (text === 'BEGIN') this.#transaction = this.#database.begin();
    else if (text === 'COMMIT') this.#end((transaction) => transaction.commit());
    else if (text === 'ROLLBACK') this.#end((transaction) => transaction.rollback());
    else if (text.startsWith('SET TRANSACTION ')) return { rows: [] };
    // The embedded engine's tables, which are not here.
    else if (text.includes('to_regclass')) return { rows: [{ table: null }] };
    else return { rows: this.#run(text, bindings) };
    return { rows: [] };
  }

  release(): void {
    this.#transaction?.rollback();
  }

  #run(text: string, bindings: readonly unknown[]): object[] {
    const statement = statements.get(text);
    if (!statement) throw new Error(`the database in memory does not know: ${text}`);
    const given = named(statement.parameters, bindings);
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

function named(parameters: readonly string[], bindings: readonly unknown[]): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [index, parameter] of parameters.entries()) given[parameter] = bindings[index];
  return given;
}
