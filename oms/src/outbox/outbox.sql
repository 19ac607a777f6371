/* @name ClaimOutbox */
SELECT id, order_id, kind
FROM outbox
ORDER BY id
LIMIT :limit!
FOR UPDATE SKIP LOCKED;

/* @name DeleteOutbox */
DELETE FROM outbox WHERE id = ANY(:ids!::bigint[]);

/* @name CountOutbox */
SELECT count(*)::int AS "waiting!" FROM (SELECT FROM outbox LIMIT 10000) AS counted;

/* @name FindStalled */
SELECT id
FROM orders
WHERE ended_at IS NULL
  AND id > :after!
  AND updated_at < now() - :older_than_ms! * interval '1 millisecond'
  AND NOT EXISTS (SELECT FROM outbox WHERE outbox.order_id = orders.id)
ORDER BY id
LIMIT :limit!;

/* @name EnqueueRestart */
INSERT INTO outbox (order_id, kind) VALUES (:order_id!, 'restart');
