import type { Network } from './network.ts';

const TABLES = [
  'orders',
  'order_events',
  'payment_entries',
  'shipments',
  'stock',
  'reservations',
  'idempotency_keys',
  'order_lines',
  'sandbox.payment_intents',
  'sandbox.refunds',
  'sandbox.shipments',
];

/** Changes data behind the service's back. @returns how to put every row back */
export async function breakBehind(
  { pool }: Pick<Network, 'pool'>,
  change: string | (() => Promise<unknown>),
): Promise<() => Promise<void>> {
  const kept = new Map<string, unknown>();
  for (const table of TABLES) {
    const { rows } = await pool.query(
      `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') AS rows FROM ${table} AS t`,
    );
    kept.set(table, rows[0].rows);
  }
  if (typeof change === 'string') await pool.query(change);
  else await change();
  return async () => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL session_replication_role = replica');
      for (const [table, rows] of kept) {
        await client.query(`DELETE FROM ${table}`);
        const insert = `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`;
        await client.query(insert, [JSON.stringify(rows)]);
      }
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
}
