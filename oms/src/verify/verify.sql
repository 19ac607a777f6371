/* @name CountOrders */
SELECT
  count(*)::int AS "orders!",
  (count(*) FILTER (WHERE status = 'completed'))::int AS "completed!",
  (count(*) FILTER (WHERE status = 'cancelled'))::int AS "cancelled!",
  (count(*) FILTER (WHERE ended_at IS NULL AND attention_code IS NULL))::int AS "in_flight!",
  (count(*) FILTER (WHERE attention_code IS NOT NULL))::int AS "attention!",
  (SELECT count(*) FROM stock)::int AS "skus!",
  (SELECT count(*) FROM order_events)::int AS "events!",
  (SELECT count(*) FROM idempotency_keys WHERE operation = 'createOrder')::int AS "keys!"
FROM orders;

/* @name FindStateFaults */
SELECT orders.id, orders.status, orders.stage, orders.ended_at
FROM orders
LEFT JOIN unnest(:stages!::text[], :statuses!::text[]) AS rule (stage, status) ON rule.stage = orders.stage
WHERE rule.status IS DISTINCT FROM orders.status
  OR (orders.ended_at IS NOT NULL) <> (orders.status IN ('completed', 'cancelled'))
ORDER BY orders.id
LIMIT :limit!;

/* @name FindLost */
SELECT id, stage, updated_at
FROM orders
WHERE ended_at IS NULL
  AND attention_code IS NULL
  AND NOT EXISTS (SELECT FROM outbox WHERE outbox.order_id = orders.id)
  AND id <> ALL(:carried!::text[])
ORDER BY id
LIMIT :limit!;

/* @name FindTotalFaults */
SELECT orders.id, orders.total_amount, coalesce(sum(line.quantity::bigint * line.unit_price), 0)::bigint AS "lines_amount!"
FROM orders
LEFT JOIN order_lines AS line ON line.order_id = orders.id
WHERE orders.status = 'completed'
GROUP BY orders.id
HAVING orders.total_amount <> coalesce(sum(line.quantity::bigint * line.unit_price), 0)
ORDER BY orders.id
LIMIT :limit!;

/* @name ReadEnded */
SELECT
  orders.id, orders.status, orders.total_amount, orders.currency,
  (
    SELECT jsonb_agg(jsonb_build_object(
      'kind', kind, 'amount', amount, 'currency', currency, 'intent_id', intent_id))
    FROM payment_entries WHERE order_id = orders.id
  ) AS entries,
  shipments.status AS "shipment_status?",
  shipments.provider_id AS "shipment_id?",
  shipments.tracking_code AS "tracking_code?"
FROM orders
LEFT JOIN shipments ON shipments.order_id = orders.id
WHERE orders.ended_at IS NOT NULL AND orders.id > :after!
  AND (:ended_before::timestamptz IS NULL OR orders.ended_at < :ended_before)
ORDER BY orders.id
LIMIT :limit!;

/* @name FindKnown */
SELECT id FROM orders WHERE id = ANY(:ids!::text[]);

/* @name FindStockFaults */
WITH set_aside AS (
  SELECT sku, sum(quantity)::bigint AS quantity FROM reservations GROUP BY sku
), gone AS (
  SELECT line.sku, sum(line.quantity)::bigint AS quantity
  FROM orders
  JOIN order_lines AS line ON line.order_id = orders.id
  WHERE orders.status = 'completed'
  GROUP BY line.sku
)
SELECT
  sku AS "sku!", stock.received, stock.on_hand, stock.reserved, stock.sold,
  coalesce(set_aside.quantity, 0) AS "set_aside!",
  coalesce(gone.quantity, 0) AS "gone!"
FROM stock
FULL JOIN set_aside USING (sku)
FULL JOIN gone USING (sku)
WHERE stock.received IS NULL
  OR stock.received <> stock.on_hand + stock.sold
  OR stock.reserved NOT BETWEEN 0 AND stock.on_hand
  OR stock.reserved <> coalesce(set_aside.quantity, 0)
  OR stock.sold <> coalesce(gone.quantity, 0)
ORDER BY sku
LIMIT :limit!;

/* @name FindReservationsLeft */
SELECT orders.id, orders.status, count(*)::int AS "skus!"
FROM reservations
JOIN orders ON orders.id = reservations.order_id
WHERE orders.ended_at IS NOT NULL
GROUP BY orders.id
ORDER BY orders.id
LIMIT :limit!;

/* @name FindEventFaults */
WITH told AS (
  SELECT
    order_id,
    count(*)::int AS events,
    max(sequence) AS last,
    min(type) FILTER (WHERE sequence = 1) AS first_type,
    max(sequence) FILTER (WHERE type <> ALL(:after_end!::text[])) AS last_of_life,
    max(sequence) FILTER (WHERE type IN ('order.completed', 'order.cancelled')) AS "end",
    max(type) FILTER (WHERE type IN ('order.completed', 'order.cancelled')) AS end_type,
    (count(*) FILTER (WHERE type IN ('order.completed', 'order.cancelled')))::int AS ends
  FROM order_events
  GROUP BY order_id
)
SELECT
  orders.id, orders.status, orders.version,
  coalesce(told.events, 0) AS "events!", told.last, told.first_type, told.end_type,
  (told.events, told.last) IS DISTINCT FROM (orders.version, orders.version) AS "has_gap!",
  told.first_type IS DISTINCT FROM 'order.accepted' AS "begins_wrong!"
FROM orders
LEFT JOIN told ON told.order_id = orders.id
WHERE (told.events, told.last) IS DISTINCT FROM (orders.version, orders.version)
  OR told.first_type IS DISTINCT FROM 'order.accepted'
  OR told.ends IS DISTINCT FROM (CASE WHEN orders.ended_at IS NULL THEN 0 ELSE 1 END)
  OR (orders.ended_at IS NOT NULL
    AND (told.end_type, told."end") IS DISTINCT FROM ('order.' || orders.status, told.last_of_life))
ORDER BY orders.id
LIMIT :limit!;

/* @name FindKeysAstray */
WITH kept AS (
  SELECT key, substring(body FROM '"id":"([^"]+)"') AS order_id
  FROM idempotency_keys WHERE operation = 'createOrder'
)
SELECT kept.key, kept.order_id
FROM kept
LEFT JOIN orders ON orders.id = kept.order_id
WHERE orders.id IS NULL
ORDER BY kept.key
LIMIT :limit!;

/* @name FindKeyCountFaults */
-- Every key that is younger than the youngest forgotten one is there. An order has its time from the API's clock and its
-- key from the database's, which may differ by as much as an hour.
WITH kept AS (
  SELECT substring(body FROM '"id":"([^"]+)"') AS order_id, count(*)::int AS keys
  FROM idempotency_keys
  WHERE operation = 'createOrder'
  GROUP BY order_id
)
SELECT orders.id, coalesce(kept.keys, 0) AS "keys!"
FROM orders
LEFT JOIN kept ON kept.order_id = orders.id
WHERE kept.keys > 1
  OR (kept.keys IS NULL AND orders.created_at >
    coalesce((SELECT forgotten_until + interval '1 hour' FROM idempotency_horizon), '-infinity'))
ORDER BY orders.id
LIMIT :limit!;
