/* @name BeginBooking */
INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)
SELECT id, :provider_id!, 'booking', :rate_id!, :carrier!, :service!, now(), now()
FROM orders
WHERE id = :order_id! AND stage = :from!
FOR UPDATE
ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
RETURNING *;

/* @name RecordBooked */
WITH booked AS (
  UPDATE shipments
  SET status = 'booked', tracking_code = :tracking_code!, updated_at = now()
  WHERE order_id = :order_id! AND status = 'booking'
  RETURNING order_id, carrier, service, tracking_code
), advanced AS (
  UPDATE orders
  SET stage = CASE WHEN stage = :from! THEN 'shipped' ELSE stage END,
    version = version + 1, updated_at = now(),
    attention_code = CASE WHEN stage = :from! THEN NULL ELSE attention_code END,
    attention_detail = CASE WHEN stage = :from! THEN NULL ELSE attention_detail END,
    attention_since = CASE WHEN stage = :from! THEN NULL ELSE attention_since END
  FROM booked
  WHERE orders.id = booked.order_id
  RETURNING orders.id, orders.version
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT advanced.id, advanced.version, 'order.shipped',
  jsonb_build_object('carrier', carrier, 'service', service, 'tracking_code', tracking_code), now()
FROM advanced JOIN booked ON booked.order_id = advanced.id
RETURNING sequence;

/* @name RecordShipmentCancelled */
WITH cancelled AS (
  UPDATE shipments SET status = 'cancelled', updated_at = now()
  WHERE order_id = :order_id! AND status <> 'cancelled'
  RETURNING order_id
), noted AS (
  UPDATE orders SET version = version + 1, updated_at = now()
  FROM cancelled
  WHERE orders.id = cancelled.order_id
  RETURNING orders.id, orders.version
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.shipment_cancelled', '{}', now() FROM noted
RETURNING sequence;
