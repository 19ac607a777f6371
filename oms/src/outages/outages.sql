/* @name NoteWait */
WITH waiting AS (
  UPDATE orders
  SET waiting_for = :provider!, waiting_since = now(), version = version + 1, updated_at = now()
  WHERE id = :id! AND ended_at IS NULL AND waiting_for IS DISTINCT FROM :provider!
  RETURNING id, version
), again AS (
  UPDATE orders SET waiting_since = now()
  WHERE id = :id! AND ended_at IS NULL AND waiting_for = :provider!
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.waiting', jsonb_build_object('for', :provider!::text), now() FROM waiting
RETURNING sequence;

/* @name WakeWaiting */
WITH found AS (
  SELECT id FROM orders
  WHERE waiting_for = :provider! AND waiting_since < now() - :well_for_ms!::float8 * interval '1 millisecond'
  ORDER BY waiting_since
  LIMIT :limit!
  FOR UPDATE SKIP LOCKED
), woken AS (
  -- `waiting_for` stays until the stage moves: the attempt may fail again.
  UPDATE orders SET waiting_since = NULL
  FROM found
  WHERE orders.id = found.id
  RETURNING orders.id
), told AS (
  INSERT INTO outbox (order_id, kind) SELECT id, 'wake' FROM woken
)
SELECT count(*)::int AS "woken!" FROM woken;
