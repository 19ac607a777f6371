import type { PreparedQuery } from '@pgtyped/runtime';
import type { Transaction } from './database.ts';

/** A statement of the service as it acts on the database in memory. */
export interface Statement {
  name: string;
  parameters: readonly string[];
  run(transaction: Transaction, parameters: Record<string, unknown>): object[];
}

type Run<Parameters, Row> = (transaction: Transaction, parameters: Parameters) => Row[];

/** Statements by their text, as it reaches a pool. */
export type Statements = ReadonlyMap<string, Statement>;

/** Joins a statement's text with what it does in memory, so that the service's own code finds it. */
export function statement<Parameters, Row>(
  name: string,
  query: PreparedQuery<Parameters, Row>,
  run: Run<Parameters, Row>,
): [text: string, statement: Statement] {
  let text = '';
  let parameters: string[] = [];
  // Asked for a value it gives the name, so that the bindings are the names in the text's order.
  const names = new Proxy({}, { get: (_target, name) => name }) as Parameters;
  void query.run(names, {
    async query(given, bindings) {
      text = given;
      parameters = bindings;
      return { rows: [], rowCount: 0 };
    },
  });
  return [text, { name, parameters, run: run as unknown as Statement['run'] }];
}
