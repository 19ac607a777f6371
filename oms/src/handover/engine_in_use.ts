import type pg from 'pg';
import { readEngineInUse } from './handover.queries.ts';

/** The engine that processes the orders of a database. */
export interface EngineInUse {
  engine: 'embedded' | 'temporal';
  /** `host:port` of a Temporal server; null for the embedded engine, and for a server that belongs to the data folder. */
  server: string | null;
  namespace: string | null;
  /** Last known address of Temporal. */
  address: string | null;
}

/** Undefined if no engine has run on this database yet. */
export async function findEngineInUse(client: pg.Pool | pg.PoolClient): Promise<EngineInUse | undefined> {
  const [row] = await readEngineInUse.run(undefined, client);
  return row && { ...row, engine: row.engine as EngineInUse['engine'] };
}

/** Whether both are the same engine. Ignores the address: a server in the data folder may use a different port at each start. */
export function isSameEngine(one: EngineInUse, other: EngineInUse): boolean {
  return one.engine === other.engine && one.server === other.server && one.namespace === other.namespace;
}

/** For display. */
export function describeEngine({ engine, server, namespace }: EngineInUse): string {
  if (engine === 'embedded') return 'the embedded engine';
  return server === null ? 'Temporal in the data folder' : `Temporal at ${server}, namespace ${namespace}`;
}
