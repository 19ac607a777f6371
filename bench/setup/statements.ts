import type pg from 'pg';

const TEXT_LENGTH = 100;

/** What a server that keeps statistics needs; they cost a little, so figures are measured without. */
export const STATISTICS_SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
};

/** Begins to count statements, where the server can. @returns how to end, and get them as a table */
export async function countStatements(
  client: pg.Client,
): Promise<(orders: number) => Promise<string | undefined>> {
  const { rows } = await client.query(`SELECT current_setting('shared_preload_libraries') AS libraries`);
  if (!rows[0].libraries.includes('pg_stat_statements')) return async () => undefined;
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT pg_stat_statements_reset()');
  return async (orders) => {
    const found = await client.query(
      `SELECT query, calls, plans, total_plan_time AS plan_ms, total_exec_time + total_plan_time AS total_ms, wal_bytes::float8 AS wal_bytes
       FROM pg_stat_statements
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls > $1
       ORDER BY total_ms DESC`,
      [Math.ceil(orders / 20)],
    );
    const lines = found.rows.map(({ query, calls, plans, plan_ms, total_ms, wal_bytes }) =>
      [
        (calls / orders).toFixed(2).padStart(7),
        (plans / orders).toFixed(2).padStart(7),
        (total_ms / orders).toFixed(3).padStart(8),
        (plan_ms / orders).toFixed(3).padStart(8),
        (total_ms / calls).toFixed(3).padStart(8),
        (wal_bytes / orders).toFixed().padStart(7),
        ` ${String(query).replace(/\s+/g, ' ').slice(0, TEXT_LENGTH)}`,
      ].join(' '),
    );
    const tables = await client.query(
      `SELECT relname AS name, seq_scan, seq_tup_read, idx_scan, n_tup_upd AS updates, n_tup_hot_upd AS hot
       FROM pg_stat_user_tables WHERE n_tup_ins + n_tup_upd > $1 ORDER BY schemaname, relname`,
      [Math.ceil(orders / 20)],
    );
    console.table(tables.rows);
    return [' calls/o plans/o     ms/o  plan ms  ms/call   WAL/o  statement, each per order', ...lines].join(
      '\n',
    );
  };
}
