/* @name ReadEngineInUse */
SELECT engine, server, namespace, address, since FROM engine_in_use;

/* @name WriteEngineInUse */
INSERT INTO engine_in_use (engine, server, namespace, address)
VALUES (:engine!, :server, :namespace, :address)
ON CONFLICT (is_only) DO UPDATE
SET engine = excluded.engine, server = excluded.server, namespace = excluded.namespace, address = excluded.address,
  since = CASE
    WHEN (engine_in_use.engine, engine_in_use.server, engine_in_use.namespace)
      IS NOT DISTINCT FROM (excluded.engine, excluded.server, excluded.namespace) THEN engine_in_use.since
    ELSE now()
  END;

/* @name HandOverOrders */
-- Orders that no engine has started yet are in the outbox already.
WITH handed AS (
  INSERT INTO outbox (order_id, kind)
  SELECT id, 'restart' FROM orders
  WHERE ended_at IS NULL
    AND NOT EXISTS (SELECT FROM outbox WHERE order_id = orders.id AND kind IN ('start', 'restart'))
  ORDER BY id
  RETURNING id
)
SELECT count(*)::int AS "orders!" FROM handed;

/* @name HandOverParcels */
WITH handed AS (
  INSERT INTO outbox (order_id, kind)
  SELECT orders.id, 'track' FROM orders
  JOIN shipments ON shipments.order_id = orders.id
  WHERE orders.status = 'completed' AND shipments.status = 'booked'
    AND shipments.tracking_status <> ALL(:final!::text[])
    AND NOT EXISTS (SELECT FROM outbox WHERE order_id = orders.id AND kind = 'track')
  ORDER BY orders.id
  RETURNING id
)
SELECT count(*)::int AS "parcels!" FROM handed;
