/* @name BeginBooking */
INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)
SELECT id, :provider_id!, 'booking', :rate_id!, :carrier!, :service!, now(), now()
FROM orders
WHERE id = :order_id! AND stage = :from!
FOR UPDATE
ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
RETURNING order_id, provider_id, status, rate_id, carrier, service, tracking_code,
  tracking_status, tracking_updated_at, delivered_at, created_at, updated_at;

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
    attention_step = CASE WHEN stage = :from! THEN NULL ELSE attention_step END,
    attention_detail = CASE WHEN stage = :from! THEN NULL ELSE attention_detail END,
    attention_since = CASE WHEN stage = :from! THEN NULL ELSE attention_since END,
    waiting_for = CASE WHEN stage = :from! THEN NULL ELSE waiting_for END,
    waiting_since = CASE WHEN stage = :from! THEN NULL ELSE waiting_since END
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
SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM noted
RETURNING sequence;

/* @name RecordTracking */
WITH moved AS (
  UPDATE shipments
  SET tracking_status = :tracking_status!, tracking_updated_at = :at!::timestamptz, updated_at = now(),
    delivered_at = CASE WHEN :tracking_status! = 'delivered' THEN :at!::timestamptz END
  WHERE provider_id = :provider_id! AND status <> 'cancelled' AND tracking_status = ANY(:before!::text[])
  RETURNING order_id, carrier, tracking_code
), noted AS (
  UPDATE orders SET version = version + 1, updated_at = now()
  FROM moved
  WHERE orders.id = moved.order_id
  RETURNING orders.id, orders.version
), event AS (
  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
  SELECT id, version, :event_type!,
    jsonb_build_object('carrier', carrier, 'tracking_code', tracking_code, 'at', :at!::timestamptz), now()
  FROM noted JOIN moved ON moved.order_id = noted.id
), told AS (
  INSERT INTO outbox (order_id, kind) SELECT id, 'delivered' FROM noted WHERE :is_end!::bool
)
SELECT
  EXISTS (SELECT FROM noted) AS "recorded!",
  EXISTS (SELECT FROM shipments WHERE provider_id = :provider_id!) AS "known!";

/* @name TellDelivered */
INSERT INTO outbox (order_id, kind) VALUES (:order_id!, 'delivered');

/* @name RecordOverdue */
-- Once a week, less what the daily checks may drift; a step that is run twice tells once.
WITH noted AS (
  UPDATE orders SET version = version + 1, updated_at = now()
  WHERE id = :order_id! AND NOT EXISTS (
    SELECT FROM order_events
    WHERE order_id = :order_id! AND type = :event_type! AND occurred_at > now() - interval '6 days 12 hours'
  )
  RETURNING id, version
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM noted
RETURNING sequence;

/* @name AdoptParcel */
INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)
VALUES (:order_id!, :provider_id!, 'booking', :rate_id!, :carrier, :service, now(), now())
ON CONFLICT (order_id) DO UPDATE
SET provider_id = excluded.provider_id, rate_id = excluded.rate_id, carrier = excluded.carrier,
  service = excluded.service, updated_at = excluded.updated_at
WHERE shipments.status = 'booking';
