/* @name AcceptOrder */
WITH wanted AS (
  SELECT number, sku, quantity, unit_price, agreed
  FROM unnest(:skus!::text[], :quantities!::int[], :unit_prices!::int[], :agreed!::bool[])
    WITH ORDINALITY AS line (sku, quantity, unit_price, agreed, number)
), faults AS (
  SELECT
  FROM wanted AS line
  LEFT JOIN products AS product ON product.sku = line.sku
  WHERE product.sku IS NULL
    OR product.currency <> :currency!
    OR (NOT line.agreed AND product.unit_price <> line.unit_price)
), customer AS (
  SELECT :customer_id::text IS NULL OR EXISTS (SELECT FROM customers WHERE id = :customer_id) AS known
), claimed AS (
  INSERT INTO idempotency_keys (operation, key, request_hash, status, etag, body)
  SELECT 'createOrder', :idempotency_key!, :request_hash!, :answer_status!, :answer_etag, :answer_body!
  FROM customer
  WHERE known AND NOT EXISTS (SELECT FROM faults)
  ON CONFLICT DO NOTHING
  RETURNING key
), accepted AS (
  INSERT INTO orders (
    id, slot, customer_id, status, stage, currency, total_amount, shipping_address, payment_method,
    traceparent, request_id, created_at, updated_at
  )
  SELECT :id!, :slot!, :customer_id, 'pending', 'accepted', :currency!, :total_amount!,
    :shipping_address!::jsonb, :payment_method!, :traceparent, :request_id,
    :created_at!::timestamptz, :created_at!::timestamptz
  FROM claimed
  RETURNING id
), lines AS (
  INSERT INTO order_lines (order_id, number, sku, quantity, unit_price)
  SELECT accepted.id, wanted.number, wanted.sku, wanted.quantity, wanted.unit_price FROM accepted, wanted
), event AS (
  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
  SELECT id, 1, 'order.accepted', :event_data!::jsonb, :created_at!::timestamptz FROM accepted
), start AS (
  INSERT INTO outbox (order_id, kind) SELECT id, 'start' FROM accepted
)
SELECT
  EXISTS (SELECT FROM accepted) AS "accepted!",
  (SELECT known FROM customer) AS "customer_known!";

/* @name FindOrder */
SELECT
  id, slot, customer_id, status, stage, unwound_from, way, currency, total_amount, shipping_address, payment_method,
  cancel_requested_at, cancellation_code, cancellation_detail,
  attention_code, attention_step, attention_detail, attention_since, waiting_for,
  version, created_at, updated_at, ended_at, hidden_at, traceparent, request_id,
  (
    SELECT jsonb_agg(jsonb_build_object('sku', sku, 'quantity', quantity, 'unit_price', unit_price) ORDER BY number)
    FROM order_lines WHERE order_id = orders.id
  ) AS "lines!",
  (
    SELECT jsonb_agg(jsonb_build_object(
      'kind', kind, 'amount', amount, 'provider_id', provider_id, 'intent_id', intent_id))
    FROM payment_entries WHERE order_id = orders.id
  ) AS payment_entries,
  (SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id) AS shipment
FROM orders
WHERE id = :id!;

/* @name LockOrder */
SELECT
  id, slot, customer_id, status, stage, unwound_from, way, currency, total_amount, shipping_address, payment_method,
  cancel_requested_at, cancellation_code, cancellation_detail,
  attention_code, attention_step, attention_detail, attention_since, waiting_for,
  version, created_at, updated_at, ended_at, hidden_at, traceparent, request_id
FROM orders
WHERE id = :id!
FOR UPDATE;

/* @name ListOrders */
SELECT
  id, customer_id, status, stage, way, currency, total_amount, cancel_requested_at,
  cancellation_code, cancellation_detail, attention_code, attention_step, attention_detail, attention_since,
  waiting_for, version, created_at, updated_at, ended_at, hidden_at,
  -- What is known of an order that a person must look at.
  CASE WHEN attention_code IS NOT NULL THEN (
    SELECT jsonb_agg(jsonb_build_object(
      'kind', kind, 'amount', amount, 'provider_id', provider_id, 'intent_id', intent_id))
    FROM payment_entries WHERE order_id = orders.id
  ) END AS payment_entries,
  CASE WHEN attention_code IS NOT NULL THEN (
    SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id
  ) END AS shipment
FROM orders
WHERE hidden_at IS NULL
  AND (:status::text IS NULL OR status = :status)
  -- Follows from the status; said so that the index of open orders serves.
  AND (:status::text IS NULL OR :status NOT IN ('pending', 'processing') OR ended_at IS NULL)
  AND (:customer_id::text IS NULL OR customer_id = :customer_id)
  AND (:attention::bool IS NULL OR (attention_code IS NOT NULL) = :attention)
  AND (:waiting::bool IS NULL OR (waiting_for IS NOT NULL) = :waiting)
  AND id >= :first_id! AND id < :before_id!
ORDER BY id DESC
LIMIT :limit!;

/* @name ListEvents */
SELECT sequence, type, data, occurred_at
FROM order_events
WHERE order_id = :order_id! AND sequence > :after!
ORDER BY sequence
LIMIT :limit!;

/* @name CheckOrder */
SELECT
  orders.total_amount,
  orders.customer_id IS NULL OR EXISTS (SELECT FROM customers WHERE id = orders.customer_id) AS "customer_known!",
  (
    SELECT sum(quantity::bigint * unit_price) FROM order_lines WHERE order_id = orders.id
  )::bigint AS "lines_amount!",
  (
    SELECT count(*) FROM order_lines AS line
    LEFT JOIN products AS product ON product.sku = line.sku
    WHERE line.order_id = orders.id AND product.currency IS DISTINCT FROM orders.currency
  )::int AS "lines_without_product!"
FROM orders
WHERE id = :id!;

/* @name AdvanceOrder */
WITH advanced AS (
  UPDATE orders
  SET stage = :stage!, status = :status!, way = :way!, version = version + 1, updated_at = now(),
    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
    waiting_for = NULL, waiting_since = NULL
  WHERE id = :id! AND stage = :from!
  RETURNING id, version
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM advanced
RETURNING sequence;

/* @name CompleteOrder */
WITH completed AS (
  UPDATE orders
  SET stage = 'completed', status = 'completed', version = version + 1, updated_at = now(), ended_at = now(),
    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
    waiting_for = NULL, waiting_since = NULL
  WHERE id = :id! AND stage = 'captured' AND cancel_requested_at IS NULL
  RETURNING id, version
), event AS (
  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
  SELECT id, version, 'order.completed', '{}', now() FROM completed
), locked AS (
  SELECT stock.sku, reservation.quantity
  FROM reservations AS reservation
  JOIN stock ON stock.sku = reservation.sku
  -- By the parameter rather than a join: of a small table the planner would read every row.
  WHERE reservation.order_id = :id! AND EXISTS (SELECT FROM completed)
  ORDER BY stock.sku
  FOR UPDATE OF stock
), sold AS (
  UPDATE stock
  SET on_hand = on_hand - locked.quantity, reserved = reserved - locked.quantity,
    sold = sold + locked.quantity, version = version + 1
  FROM locked
  WHERE stock.sku = locked.sku
), consumed AS (
  DELETE FROM reservations WHERE order_id = :id! AND EXISTS (SELECT FROM completed)
), track AS (
  INSERT INTO outbox (order_id, kind) SELECT id, 'track' FROM completed WHERE :track!::bool
)
SELECT id, version FROM completed;

/* @name RequestCancel */
WITH requested AS (
  UPDATE orders
  SET cancel_requested_at = now(), cancellation_code = :code!, cancellation_detail = :detail!,
    version = version + 1, updated_at = now()
  WHERE id = :id! AND ended_at IS NULL AND cancel_requested_at IS NULL AND stage <> 'unwinding'
  RETURNING id, version
), event AS (
  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
  SELECT id, version, 'order.cancel_requested',
    jsonb_strip_nulls(jsonb_build_object('code', :code!::text, 'detail', :detail!::text, 'by', :by::text)), now()
  FROM requested
), wake AS (
  INSERT INTO outbox (order_id, kind, traceparent, request_id)
  SELECT id, 'wake', :traceparent, :request_id FROM requested
)
SELECT id FROM requested;

/* @name BeginUnwinding */
WITH begun AS (
  UPDATE orders
  SET stage = 'unwinding', unwound_from = stage, status = 'processing', version = version + 1, updated_at = now(),
    cancellation_code = coalesce(cancellation_code, :code!),
    cancellation_detail = coalesce(cancellation_detail, :detail!),
    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
    waiting_for = NULL, waiting_since = NULL
  WHERE id = :id! AND ended_at IS NULL AND stage <> 'unwinding'
  RETURNING id, version, cancellation_code, cancellation_detail
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.unwinding', jsonb_build_object('code', cancellation_code, 'detail', cancellation_detail), now()
FROM begun
RETURNING sequence;

/* @name EndCancelled */
WITH cancelled AS (
  UPDATE orders
  SET stage = 'cancelled', status = 'cancelled', version = version + 1, updated_at = now(), ended_at = now(),
    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
    waiting_for = NULL, waiting_since = NULL
  WHERE id = :id! AND stage = 'unwinding'
  RETURNING id, version, cancellation_code
), never_booked AS (
  UPDATE shipments SET status = 'cancelled', updated_at = now()
  FROM cancelled
  WHERE order_id = cancelled.id AND shipments.status = 'booking'
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.cancelled', jsonb_build_object('code', cancellation_code), now() FROM cancelled
RETURNING sequence;

/* @name AmendOrder */
WITH amended AS (
  UPDATE orders
  SET total_amount = :total_amount!, shipping_address = :shipping_address!::jsonb,
    version = version + 1, updated_at = now()
  WHERE id = :id!
  RETURNING id, version
), removed AS (
  DELETE FROM order_lines WHERE order_id = :id! AND number > cardinality(:skus!::text[])
), written AS (
  INSERT INTO order_lines (order_id, number, sku, quantity, unit_price)
  SELECT :id!, number, sku, quantity, unit_price
  FROM unnest(:skus!::text[], :quantities!::int[], :unit_prices!::int[])
    WITH ORDINALITY AS line (sku, quantity, unit_price, number)
  ON CONFLICT (order_id, number) DO UPDATE
  SET sku = excluded.sku, quantity = excluded.quantity, unit_price = excluded.unit_price
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.amended', :event_data!::jsonb, now() FROM amended
RETURNING sequence;

/* @name HideOrder */
WITH hidden AS (
  UPDATE orders SET hidden_at = now(), version = version + 1, updated_at = now()
  WHERE id = :id! AND ended_at IS NOT NULL AND hidden_at IS NULL
  RETURNING id, version
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.deleted', '{}', now() FROM hidden
RETURNING sequence;

/* @name ReadForStep */
SELECT
  id, customer_id, stage, way, unwound_from, currency, total_amount, shipping_address, payment_method,
  cancel_requested_at, cancellation_code, cancellation_detail, attention_step, created_at,
  (
    SELECT jsonb_agg(jsonb_build_object(
      'kind', kind, 'amount', amount, 'currency', currency, 'provider_id', provider_id, 'intent_id', intent_id,
      'idempotency_key', idempotency_key, 'recorded_at', recorded_at) ORDER BY recorded_at)
    FROM payment_entries WHERE order_id = orders.id
  ) AS payment_entries,
  (SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id) AS shipment
FROM orders
WHERE id = :id!;
