/* @name RecordEntry */
WITH noted AS (
  SELECT id FROM orders WHERE id = :order_id! FOR UPDATE
), entry AS (
  INSERT INTO payment_entries (
    order_id, kind, amount, currency, provider_id, intent_id, idempotency_key, recorded_at
  )
  SELECT id, :kind!, :amount!, :currency!, :provider_id, :intent_id, :idempotency_key!, now() FROM noted
  ON CONFLICT (order_id, kind) DO NOTHING
  RETURNING order_id
), advanced AS (
  -- The fact is kept whatever became of the order meanwhile; the stage moves only from where it belongs.
  UPDATE orders
  SET stage = CASE WHEN stage = :from::text THEN :stage::text ELSE stage END,
    version = version + 1, updated_at = now(),
    attention_code = CASE WHEN stage = :from::text THEN NULL ELSE attention_code END,
    attention_step = CASE WHEN stage = :from::text THEN NULL ELSE attention_step END,
    attention_detail = CASE WHEN stage = :from::text THEN NULL ELSE attention_detail END,
    attention_since = CASE WHEN stage = :from::text THEN NULL ELSE attention_since END,
    waiting_for = CASE WHEN stage = :from::text THEN NULL ELSE waiting_for END,
    waiting_since = CASE WHEN stage = :from::text THEN NULL ELSE waiting_since END
  FROM entry
  WHERE orders.id = entry.order_id
  RETURNING orders.id, orders.version
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM advanced
RETURNING sequence;
