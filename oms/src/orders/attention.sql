/* @name AskForAttention */
WITH asked AS (
  UPDATE orders
  SET attention_code = :code!, attention_step = :step, attention_detail = :detail!,
    attention_since = CASE WHEN attention_step IS DISTINCT FROM :step THEN now() ELSE coalesce(attention_since, now()) END,
    waiting_for = :waiting_for, waiting_since = CASE WHEN :waiting_for::text IS NOT NULL THEN now() END,
    version = version + 1, updated_at = now()
  WHERE id = :id! AND ended_at IS NULL
    AND (attention_code, attention_step, attention_detail) IS DISTINCT FROM (:code!, :step, :detail!)
  RETURNING id, version
), again AS (
  UPDATE orders SET waiting_since = now()
  WHERE id = :id! AND ended_at IS NULL AND waiting_for = :waiting_for
    AND (attention_code, attention_step, attention_detail) IS NOT DISTINCT FROM (:code!, :step, :detail!)
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, 'order.attention_asked',
  jsonb_build_object('code', :code!::text, 'step', :step::text, 'detail', :detail!::text), now()
FROM asked
RETURNING sequence;

/* @name RecordMend */
WITH mended AS (
  UPDATE orders
  SET version = version + 1, updated_at = now(),
    attention_code = CASE WHEN :is_done!::bool THEN NULL ELSE attention_code END,
    attention_step = CASE WHEN :is_done! THEN NULL ELSE attention_step END,
    attention_detail = CASE WHEN :is_done! THEN NULL ELSE attention_detail END,
    attention_since = CASE WHEN :is_done! THEN NULL ELSE attention_since END,
    waiting_for = CASE WHEN :is_done! THEN NULL ELSE waiting_for END,
    waiting_since = CASE WHEN :is_done! THEN NULL ELSE waiting_since END
  WHERE id = :id! AND attention_code IS NOT NULL
  RETURNING id, version
), wake AS (
  INSERT INTO outbox (order_id, kind, traceparent, request_id)
  SELECT id, 'wake', :traceparent, :request_id FROM mended
)
INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM mended
RETURNING sequence;
