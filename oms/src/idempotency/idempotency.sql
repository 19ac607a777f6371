/* @name ClaimKey */
INSERT INTO idempotency_keys (operation, key, request_hash, status, body)
VALUES (:operation!, :key!, :request_hash!, 0, '')
ON CONFLICT DO NOTHING
RETURNING key;

/* @name FindAnswer */
SELECT request_hash, status, etag, body FROM idempotency_keys WHERE operation = :operation! AND key = :key!;

/* @name KeepAnswer */
UPDATE idempotency_keys SET status = :status!, etag = :etag, body = :body!
WHERE operation = :operation! AND key = :key!;

/* @name ForgetOldKeys */
WITH forgotten AS (
  DELETE FROM idempotency_keys
  WHERE (operation, key) IN (
    SELECT operation, key FROM idempotency_keys
    WHERE created_at < now() - interval '24 hours'
    ORDER BY created_at
    LIMIT :limit!
  )
  RETURNING key, created_at
), noted AS (
  INSERT INTO idempotency_horizon (forgotten_until)
  SELECT max(created_at) FROM forgotten HAVING count(*) > 0
  ON CONFLICT (is_only) DO UPDATE
  SET forgotten_until = greatest(idempotency_horizon.forgotten_until, excluded.forgotten_until)
)
SELECT key FROM forgotten;
