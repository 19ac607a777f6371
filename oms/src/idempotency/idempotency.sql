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
DELETE FROM idempotency_keys
WHERE (operation, key) IN (
  SELECT operation, key FROM idempotency_keys
  WHERE created_at < now() - interval '24 hours'
  ORDER BY created_at
  LIMIT :limit!
)
RETURNING key;
