-- Up Migration

-- Idempotency keys that were made until then may be gone, and all younger ones are there. Whoever asks for the key of
-- an order compares its time with this one and not with the clock, which may have been set back since.
CREATE TABLE idempotency_horizon (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  forgotten_until timestamptz NOT NULL
);
INSERT INTO idempotency_horizon (forgotten_until) VALUES (now() - interval '24 hours');

-- Down Migration

DROP TABLE idempotency_horizon;
