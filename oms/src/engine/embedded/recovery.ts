import type pg from 'pg';

/** Number of workflows recovered immediately: the newest, which were most likely running. */
const AT_ONCE = 64;
/** Interval at which the others are recovered, one at a time. */
const INTERVAL_MS = 50;
/** DBOS's queue of workflows to recover. */
const QUEUE = '_dbos_internal_queue';

/**
 * Spreads the recovery of workflows over time. DBOS would recover all of them at launch; thousands of waiting workflows
 * would then occupy the database for minutes. DBOS starts a delayed workflow when its time has come, in this process or
 * a later one. https://docs.dbos.dev/explanations/system-tables
 * @returns the number of workflows that were delayed
 */
export async function spreadRecovery(pool: pg.Pool, now_ms = Date.now()): Promise<number> {
  if (!(await wasLaunched(pool))) return 0;
  const { rowCount } = await pool.query(
    `UPDATE dbos.workflow_status AS workflow
     SET status = 'DELAYED', queue_name = coalesce(queue_name, $1), owner_xid = NULL, started_at_epoch_ms = NULL,
       delay_until_epoch_ms = $2::bigint + (place - $3) * $4
     FROM (
       SELECT workflow_uuid, row_number() OVER (ORDER BY created_at DESC, workflow_uuid) AS place
       FROM dbos.workflow_status WHERE status = 'PENDING'
     ) AS left_behind
     WHERE workflow.workflow_uuid = left_behind.workflow_uuid AND place > $3`,
    [QUEUE, now_ms, AT_ONCE, INTERVAL_MS],
  );
  return rowCount ?? 0;
}

/** Recovers a delayed workflow soon, because it was sent a message. */
export async function hasten(pool: pg.Pool, workflow_id: string): Promise<void> {
  await pool.query(
    `UPDATE dbos.workflow_status SET delay_until_epoch_ms = 0 WHERE workflow_uuid = $1 AND status = 'DELAYED'`,
    [workflow_id],
  );
}

/** Deletes all unfinished workflows, because another engine continues them. */
export async function forgetUnended(client: pg.PoolClient): Promise<void> {
  if (!(await wasLaunched(client))) return;
  const { rows } = await client.query(
    `DELETE FROM dbos.workflow_status WHERE status IN ('PENDING', 'ENQUEUED', 'DELAYED') RETURNING workflow_uuid AS id`,
  );
  const ids = rows.map(({ id }) => id);
  // These have no foreign key to the status.
  for (const table of ['workflow_input', 'workflow_output', 'operation_outputs']) {
    await client.query(`DELETE FROM dbos.${table} WHERE workflow_uuid = ANY($1)`, [ids]);
  }
}

/** DBOS creates its tables at its first launch. */
async function wasLaunched(client: pg.Pool | pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT to_regclass('dbos.workflow_status') IS NOT NULL AS was_launched`,
  );
  return rows[0].was_launched;
}
