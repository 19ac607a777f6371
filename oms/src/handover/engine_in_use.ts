import type pg from 'pg';
import { readEngineInUse } from './handover.queries.ts';

/** The engine that carries the orders of a database. */
export interface EngineInUse {
  engine: 'embedded' | 'temporal';
  /** `host:port` of a Temporal server; null for the embedded engine, and for a server that belongs to the data folder. */
  server: string | null;
  namespace: string | null;
  /** Where Temporal was last. */
  address: string | null;
}

/** Undefined for a database whose orders no engine has carried yet. */
export async function findEngineInUse(client: pg.Pool | pg.PoolClient): Promise<EngineInUse | undefined> {
  const [row] = await readEngineInUse.run(undefined, client);
  return row && { ...row, engine: row.engine as EngineInUse['engine'] };
}

/** Whether they are one and the same; a server of the data folder may have another port at each start. */
export function isSameEngine(one: EngineInUse, other: EngineInUse): boolean {
  return one.engine === other.engine && one.server === other.server && one.namespace === other.namespace;
}

/** For people. */
export function describeEngine({ engine, server, namespace }: EngineInUse): string {
  if (engine === 'embedded') return 'the embedded engine';
  return server === null ? 'Temporal in the data folder' : `Temporal at ${server}, namespace ${namespace}`;
}
