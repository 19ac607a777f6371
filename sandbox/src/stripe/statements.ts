/**
 * Every change is one statement: it acts only in the right state and only under a fresh idempotency key, and
 * keeps the changed row under that key. A key taken in the same moment breaks its primary key, and the
 * whole statement with it. No row comes back when nothing was done.
 */

/** $1 the row, $2 key, $3 fingerprint, $4 status of the answer. */
export const CREATE_INTENT = `
  WITH kept AS (
    INSERT INTO sandbox.idempotency_keys (key, fingerprint, status, result)
    SELECT $2::text, $3::text, $4::smallint, $1::jsonb WHERE $2::text IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING key
  )
  INSERT INTO sandbox.payment_intents
  SELECT row.* FROM jsonb_populate_record(NULL::sandbox.payment_intents, $1::jsonb) AS row
  WHERE $2::text IS NULL OR EXISTS (SELECT FROM kept)
  RETURNING id`;

/** $1 id, $2 key, $3 fingerprint, $4 payment method or null, $5 whether that declines or null, $6 charge. */
export const CONFIRM_INTENT = `
  WITH changed AS (
    UPDATE sandbox.payment_intents SET
      status = CASE
        WHEN coalesce($5::boolean, payment_method_declines) THEN 'requires_payment_method'
        WHEN capture_method = 'manual' THEN 'requires_capture'
        ELSE 'succeeded' END,
      declined_payment_method =
        CASE WHEN coalesce($5::boolean, payment_method_declines) THEN coalesce($4::text, payment_method) END,
      payment_method =
        CASE WHEN NOT coalesce($5::boolean, payment_method_declines) THEN coalesce($4::text, payment_method) END,
      payment_method_declines = false,
      amount_received =
        CASE WHEN capture_method = 'manual' OR coalesce($5::boolean, payment_method_declines) THEN 0 ELSE amount END,
      latest_charge = $6::text
    WHERE id = $1
      AND status IN ('requires_payment_method', 'requires_confirmation')
      AND coalesce($4::text, payment_method) IS NOT NULL
      AND NOT EXISTS (SELECT FROM sandbox.idempotency_keys WHERE key = $2::text)
    RETURNING *
  ), kept AS (
    INSERT INTO sandbox.idempotency_keys (key, fingerprint, status, result)
    SELECT $2::text, $3::text, CASE WHEN status = 'requires_payment_method' THEN 402 ELSE 200 END, to_jsonb(changed)
    FROM changed WHERE $2::text IS NOT NULL
  )
  SELECT to_jsonb(changed) AS row FROM changed`;

/** $1 id, $2 key, $3 fingerprint, $4 amount or null for all. */
export const CAPTURE_INTENT = `
  WITH changed AS (
    UPDATE sandbox.payment_intents
    SET status = 'succeeded', amount_received = coalesce($4::bigint, amount)
    WHERE id = $1
      AND status = 'requires_capture'
      AND coalesce($4::bigint, amount) <= amount
      AND NOT EXISTS (SELECT FROM sandbox.idempotency_keys WHERE key = $2::text)
    RETURNING *
  ), kept AS (
    INSERT INTO sandbox.idempotency_keys (key, fingerprint, status, result)
    SELECT $2::text, $3::text, 200, to_jsonb(changed) FROM changed WHERE $2::text IS NOT NULL
  )
  SELECT to_jsonb(changed) AS row FROM changed`;

/** $1 id, $2 key, $3 fingerprint, $4 reason, $5 now in seconds. */
export const CANCEL_INTENT = `
  WITH changed AS (
    UPDATE sandbox.payment_intents
    SET status = 'canceled', cancellation_reason = $4::text, canceled_at = $5::bigint
    WHERE id = $1
      AND status IN ('requires_payment_method', 'requires_confirmation', 'requires_capture')
      AND NOT EXISTS (SELECT FROM sandbox.idempotency_keys WHERE key = $2::text)
    RETURNING *
  ), kept AS (
    INSERT INTO sandbox.idempotency_keys (key, fingerprint, status, result)
    SELECT $2::text, $3::text, 200, to_jsonb(changed) FROM changed WHERE $2::text IS NOT NULL
  )
  SELECT to_jsonb(changed) AS row FROM changed`;

/** What a fault has done in the place of a change. $1 id, $2 key, $3 fingerprint. */
export const LEAVE_INTENT = `
  WITH found AS (
    SELECT * FROM sandbox.payment_intents
    WHERE id = $1 AND NOT EXISTS (SELECT FROM sandbox.idempotency_keys WHERE key = $2::text)
  ), kept AS (
    INSERT INTO sandbox.idempotency_keys (key, fingerprint, status, result)
    SELECT $2::text, $3::text, 200, to_jsonb(found) FROM found WHERE $2::text IS NOT NULL
  )
  SELECT to_jsonb(found) AS row FROM found`;

/**
 * $1 payment intent, $2 key, $3 fingerprint, $4 amount or null for the rest, $5 id, $6 reason, $7 metadata, $8 now,
 * $9 status, $10 when it succeeds or null. What failed is not refunded.
 */
export const CREATE_REFUND = `
  WITH changed AS (
    UPDATE sandbox.payment_intents SET
      last_refund_amount = coalesce($4::bigint, amount_received - amount_refunded),
      amount_refunded = amount_refunded +
        CASE WHEN $9::text = 'failed' THEN 0 ELSE coalesce($4::bigint, amount_received - amount_refunded) END
    WHERE id = $1
      AND status = 'succeeded'
      AND amount_refunded < amount_received
      AND coalesce($4::bigint, 0) <= amount_received - amount_refunded
      AND NOT EXISTS (SELECT FROM sandbox.idempotency_keys WHERE key = $2::text)
    RETURNING *
  ), made AS (
    INSERT INTO sandbox.refunds (id, payment_intent, charge, amount, currency, reason, metadata, created, status, succeeds_ms)
    SELECT $5::text, id, latest_charge, last_refund_amount, currency, $6::text, $7::jsonb, $8::bigint, $9::text,
      $10::bigint
    FROM changed
    RETURNING *
  ), kept AS (
    INSERT INTO sandbox.idempotency_keys (key, fingerprint, status, result)
    SELECT $2::text, $3::text, 200, to_jsonb(made) FROM made WHERE $2::text IS NOT NULL
  )
  SELECT to_jsonb(made) AS row FROM made`;

export const FIND_INTENT =
  'SELECT to_jsonb(intent) AS row FROM sandbox.payment_intents AS intent WHERE id = $1';

/** $1 below this id, $2 from this id on, $3 how many; the newest first. */
export const LIST_INTENTS = `
  SELECT to_jsonb(intent) AS row FROM sandbox.payment_intents AS intent
  WHERE id < $1 AND id >= $2 ORDER BY id DESC LIMIT $3`;

/** $1 order id, $2 status or null, $3 below this id, $4 how many. */
export const SEARCH_INTENTS = `
  SELECT to_jsonb(intent) AS row FROM sandbox.payment_intents AS intent
  WHERE metadata ->> 'order_id' = $1 AND ($2::text IS NULL OR status = $2) AND id < $3
  ORDER BY id DESC LIMIT $4`;

export const FIND_REFUND = 'SELECT to_jsonb(refund) AS row FROM sandbox.refunds AS refund WHERE id = $1';

export const LIST_REFUNDS = `
  SELECT to_jsonb(refund) AS row FROM sandbox.refunds AS refund
  WHERE id < $1 AND id >= $2 ORDER BY id DESC LIMIT $3`;

export const LIST_REFUNDS_OF_INTENT = `
  SELECT to_jsonb(refund) AS row FROM sandbox.refunds AS refund
  WHERE id < $1 AND id >= $2 AND payment_intent = $4 ORDER BY id DESC LIMIT $3`;

/** $1 id, $2 the status it ends in. What failed stays so, and is no longer refunded. */
export const SETTLE_REFUND = `
  WITH changed AS (
    UPDATE sandbox.refunds SET status = $2::text, succeeds_ms = NULL
    WHERE id = $1 AND status NOT IN ('failed', $2::text)
    RETURNING *
  ), returned AS (
    UPDATE sandbox.payment_intents AS intent SET amount_refunded = amount_refunded - changed.amount
    FROM changed WHERE intent.id = changed.payment_intent AND $2::text = 'failed'
  )
  SELECT to_jsonb(changed) AS row FROM changed`;

/** $1 id or order id, $2 now in seconds. */
export const EXPIRE_INTENT = `
  UPDATE sandbox.payment_intents AS intent
  SET status = 'canceled', cancellation_reason = 'automatic', canceled_at = $2::bigint
  WHERE (id = $1 OR metadata ->> 'order_id' = $1) AND status = 'requires_capture'
  RETURNING to_jsonb(intent) AS row`;
