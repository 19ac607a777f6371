/* @name ReserveStock */
WITH reserving AS (
  SELECT id, version FROM orders
  WHERE id = :order_id! AND stage = :from! AND cancel_requested_at IS NULL
    -- The lines below are read as of the statement's start: an order amended since then does not qualify.
    AND version = (SELECT version FROM orders WHERE id = :order_id!)
  FOR UPDATE
), wanted AS (
  SELECT line.sku, sum(line.quantity)::int AS quantity
  FROM order_lines AS line
  JOIN reserving ON reserving.id = line.order_id
  GROUP BY line.sku
), locked AS (
  -- Always in the order of SKUs, so that two orders can never wait for each other.
  SELECT stock.sku, stock.on_hand - stock.reserved AS available, wanted.quantity
  FROM stock
  JOIN wanted ON wanted.sku = stock.sku
  ORDER BY stock.sku
  FOR UPDATE OF stock
), short AS (
  SELECT sku, quantity, available FROM locked WHERE available < quantity
), moved AS (
  UPDATE stock
  SET reserved = reserved + locked.quantity, version = version + 1
  FROM locked
  WHERE stock.sku = locked.sku AND NOT EXISTS (SELECT FROM short)
  RETURNING stock.sku, locked.quantity
), kept AS (
  INSERT INTO reservations (order_id, sku, quantity, expires_at)
  SELECT :order_id!, sku, quantity, now() + :time_to_live_ms! * interval '1 millisecond' FROM moved
), advanced AS (
  UPDATE orders
  SET stage = 'reserved', version = orders.version + 1, updated_at = now(),
    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
    waiting_for = NULL, waiting_since = NULL
  FROM reserving
  WHERE orders.id = reserving.id AND NOT EXISTS (SELECT FROM short)
  RETURNING orders.id, orders.version
), event AS (
  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
  SELECT id, version, 'order.reserved', '{}', now() FROM advanced
)
SELECT
  EXISTS (SELECT FROM advanced) AS "reserved!",
  (SELECT jsonb_agg(to_jsonb(short) ORDER BY sku) FROM short) AS short;

/* @name ReleaseStock */
WITH locked AS (
  SELECT stock.sku, reservation.quantity
  FROM reservations AS reservation
  JOIN stock ON stock.sku = reservation.sku
  WHERE reservation.order_id = :order_id!
  ORDER BY stock.sku
  FOR UPDATE OF stock
), removed AS (
  DELETE FROM reservations
  USING locked
  WHERE reservations.order_id = :order_id! AND reservations.sku = locked.sku
  RETURNING reservations.sku, reservations.quantity
), returned AS (
  UPDATE stock
  SET reserved = reserved - removed.quantity, version = version + 1
  FROM removed
  WHERE stock.sku = removed.sku
), noted AS (
  UPDATE orders SET version = version + 1, updated_at = now()
  -- An order's timeline closes with its end; what the sweep frees later is in the log.
  WHERE id = :order_id! AND ended_at IS NULL AND EXISTS (SELECT FROM removed)
  RETURNING id, version
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.stock_released', '{}', now() FROM noted
RETURNING sequence;

/* @name FindExpired */
SELECT DISTINCT reservation.order_id, orders.ended_at IS NOT NULL AS "ended!"
FROM reservations AS reservation
JOIN orders ON orders.id = reservation.order_id
WHERE reservation.expires_at < now()
  AND (orders.ended_at IS NOT NULL
    OR (orders.stage IN ('reserved', 'authorised', 'shipped') AND orders.cancel_requested_at IS NULL))
LIMIT :limit!;

/* @name FindProduct */
SELECT sku, name, unit_price, currency, version, created_at, updated_at FROM products WHERE sku = :sku!;

/* @name FindStock */
SELECT received, on_hand, reserved, sold, version FROM stock WHERE sku = :sku!;

/* @name ListProducts */
SELECT product.sku, product.name, product.unit_price, product.currency, product.version, product.created_at,
  product.updated_at, stock.received, stock.on_hand, stock.reserved, stock.sold
FROM products AS product
JOIN stock ON stock.sku = product.sku
WHERE product.sku > :after!
ORDER BY product.sku
LIMIT :limit!;

/* @name FindPrices */
SELECT sku, unit_price, currency FROM products WHERE sku = ANY(:skus!::text[]);

/* @name PutProduct */
WITH product AS (
  INSERT INTO products AS product (sku, name, unit_price, currency)
  SELECT :sku!, :name!, :unit_price!, :currency!
  WHERE NOT :must_exist! OR EXISTS (SELECT FROM products WHERE sku = :sku!)
  ON CONFLICT (sku) DO UPDATE
  SET name = excluded.name, unit_price = excluded.unit_price, currency = excluded.currency,
    version = product.version + 1, updated_at = now()
  -- Checked on the row as it is when it is locked, whoever changed it meanwhile.
  WHERE NOT :must_not_exist!
    AND (:if_versions::int[] IS NULL OR product.version = ANY(:if_versions))
    AND (:if_not_versions::int[] IS NULL OR product.version <> ALL(:if_not_versions))
  RETURNING sku, name, unit_price, currency, version, created_at, updated_at
), stock_row AS (
  -- A new product has none yet; the row of one on sale, which many orders wait for, is left alone.
  INSERT INTO stock (sku) SELECT sku FROM product ON CONFLICT DO NOTHING
)
SELECT sku, name, unit_price, currency, version, created_at, updated_at, version = 1 AS "created!" FROM product;

/* @name ReceiveStock */
UPDATE stock
SET received = received + :quantity!, on_hand = on_hand + :quantity!, version = version + 1
WHERE sku = :sku!
RETURNING received, on_hand, reserved, sold, version;
