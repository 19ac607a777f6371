/* @name ClaimOutbox */
WITH starts AS (
  SELECT id, order_id, kind, traceparent, request_id FROM outbox
  WHERE kind IN ('start', 'track') ORDER BY id LIMIT :starts_max! FOR UPDATE SKIP LOCKED
), restarts AS (
  SELECT id, order_id, kind, traceparent, request_id FROM outbox
  WHERE kind = 'restart' ORDER BY id LIMIT :restarts_max! FOR UPDATE SKIP LOCKED
), messages AS (
  SELECT id, order_id, kind, traceparent, request_id FROM outbox
  WHERE kind NOT IN ('start', 'track', 'restart') ORDER BY id LIMIT :messages_max! FOR UPDATE SKIP LOCKED
)
SELECT claimed.id AS "id!", order_id AS "order_id!", kind AS "kind!", customer_id, way AS "way!",
  -- Then its workflow has been started, whatever the engine knows of it.
  stage <> 'accepted' OR attention_code IS NOT NULL AS "has_begun!",
  coalesce(claimed.traceparent, orders.traceparent) AS traceparent,
  coalesce(claimed.request_id, orders.request_id) AS request_id
FROM (
  SELECT id, order_id, kind, traceparent, request_id FROM starts
  UNION ALL
  SELECT id, order_id, kind, traceparent, request_id FROM restarts
  UNION ALL
  SELECT id, order_id, kind, traceparent, request_id FROM messages
) AS claimed
JOIN orders ON orders.id = order_id
ORDER BY claimed.id;

/* @name DeleteOutbox */
DELETE FROM outbox WHERE id = ANY(:ids!::bigint[]);

/* @name CountOutbox */
SELECT count(*)::int AS "waiting!" FROM (SELECT FROM outbox WHERE kind IN ('start', 'restart') LIMIT 10000) AS counted;

/* @name FindStalled */
SELECT id
FROM orders
WHERE ended_at IS NULL
  AND id > :after!
  -- Of what comes from the future the clock was set back since, and its age says nothing.
  AND (updated_at < now() - :older_than_ms! * interval '1 millisecond' OR updated_at > now() + interval '1 minute')
  AND NOT EXISTS (SELECT FROM outbox WHERE outbox.order_id = orders.id)
ORDER BY id
LIMIT :limit!;

/* @name EnqueueRestart */
INSERT INTO outbox (order_id, kind) VALUES (:order_id!, 'restart');
