import type pg from 'pg';

/** Of the workflows that an earlier process left behind so many are taken up at once: the newest, which were at work. */
const AT_ONCE = 64;
/** Then one each time that the interval has passed. */
const INTERVAL_MS = 50;
/** Where DBOS keeps what it has yet to take up. */
const QUEUE = '_dbos_internal_queue';

/**
 * Spreads over time what DBOS would take up in one go at its launch: thousands of workflows that wait would keep the
 * database from the others for long. DBOS starts a delayed workflow by itself once its time has come, also when this
 * process has ended before. https://docs.dbos.dev/explanations/system-tables
 * @returns how many were put off
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

/** One of them that is sent a message is taken up soon. */
export async function hasten(pool: pg.Pool, workflow_id: string): Promise<void> {
  await pool.query(
    `UPDATE dbos.workflow_status SET delay_until_epoch_ms = 0 WHERE workflow_uuid = $1 AND status = 'DELAYED'`,
    [workflow_id],
  );
}

/** Forgets all that has not ended, because another engine goes on with it. */
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

/** DBOS makes its tables at its first launch. */
async function wasLaunched(client: pg.Pool | pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT to_regclass('dbos.workflow_status') IS NOT NULL AS was_launched`,
  );
  return rows[0].was_launched;
}
