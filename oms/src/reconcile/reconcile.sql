/* @name ReadNow */
SELECT now() AS "now!";

/* @name CountEnded */
SELECT
  (SELECT count(*) FROM orders WHERE ended_at < :ended_before! AND id >= :first_id!)::int AS "orders!",
  (
    SELECT count(*) FROM payment_entries
    WHERE kind = 'authorised' AND order_id >= :first_id!
  )::int AS "payments!",
  (SELECT count(*) FROM payment_entries WHERE kind = 'refunded' AND order_id >= :first_id!)::int AS "refunds!",
  (SELECT count(*) FROM shipments WHERE tracking_code IS NOT NULL AND order_id >= :first_id!)::int AS "parcels!",
  (SELECT count(*) FROM orders WHERE ended_at IS NULL)::int AS "in_flight!";

/* @name RecordReconciled */
WITH noted AS (
  UPDATE orders SET version = version + 1, updated_at = now()
  WHERE id = :order_id!
  RETURNING id, version
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.reconciled', :event_data!::jsonb, now() FROM noted
RETURNING sequence;
