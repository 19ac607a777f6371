-- One implicit transaction: several sandboxes may start at once on a new database.
SELECT pg_advisory_xact_lock(hashtext('sandbox.schema'));

CREATE SCHEMA IF NOT EXISTS sandbox;

-- Ids are time-ordered, so the primary key is also the order of every list. Rows keep room for their
-- later states, whose columns no index holds: updates stay on the same page.
CREATE TABLE IF NOT EXISTS sandbox.payment_intents (
  id text COLLATE "C" PRIMARY KEY,
  amount bigint NOT NULL,
  currency text NOT NULL,
  status text NOT NULL,
  capture_method text NOT NULL,
  payment_method text,
  payment_method_declines boolean NOT NULL,
  declined_payment_method text,
  allowed_payment_method_types jsonb,
  metadata jsonb NOT NULL,
  description text,
  amount_received bigint NOT NULL,
  amount_refunded bigint NOT NULL,
  last_refund_amount bigint,
  latest_charge text,
  cancellation_reason text,
  canceled_at bigint,
  created bigint NOT NULL,
  CHECK (amount_refunded BETWEEN 0 AND amount_received),
  CHECK (amount_received BETWEEN 0 AND amount)
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS payment_intents_order_id ON sandbox.payment_intents ((metadata ->> 'order_id'), id);

CREATE TABLE IF NOT EXISTS sandbox.refunds (
  id text COLLATE "C" PRIMARY KEY,
  payment_intent text NOT NULL,
  charge text,
  amount bigint NOT NULL CHECK (amount > 0),
  currency text NOT NULL,
  reason text,
  metadata jsonb NOT NULL,
  created bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS refunds_payment_intent ON sandbox.refunds (payment_intent, id);

CREATE TABLE IF NOT EXISTS sandbox.idempotency_keys (
  key text COLLATE "C" PRIMARY KEY,
  fingerprint text NOT NULL,
  status smallint NOT NULL,
  result jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS idempotency_keys_created_at ON sandbox.idempotency_keys USING brin (created_at);

CREATE TABLE IF NOT EXISTS sandbox.shipments (
  id text COLLATE "C" PRIMARY KEY,
  reference text,
  to_address jsonb NOT NULL,
  from_address jsonb NOT NULL,
  parcel jsonb NOT NULL,
  options jsonb NOT NULL,
  created_ms bigint NOT NULL,
  rate_index smallint,
  bought_ms bigint,
  refund_status text,
  refunded_ms bigint,
  CHECK (refund_status IS NULL OR bought_ms IS NOT NULL)
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS shipments_reference ON sandbox.shipments (reference, id);

CREATE TABLE IF NOT EXISTS sandbox.faults (
  id text COLLATE "C" PRIMARY KEY,
  fault jsonb NOT NULL,
  seen integer NOT NULL DEFAULT 0,
  fired integer NOT NULL DEFAULT 0
);

-- Where a parcel has been since it was bought, oldest first.
ALTER TABLE sandbox.shipments ADD COLUMN IF NOT EXISTS scans jsonb NOT NULL DEFAULT '[]';

CREATE TABLE IF NOT EXISTS sandbox.webhooks (
  id text COLLATE "C" PRIMARY KEY,
  url text NOT NULL,
  webhook_secret text,
  created_ms bigint NOT NULL
);

-- `pending` becomes `succeeded` at its time, if it has one.
ALTER TABLE sandbox.refunds ADD COLUMN IF NOT EXISTS status text NOT NULL DEFAULT 'succeeded';
ALTER TABLE sandbox.refunds ADD COLUMN IF NOT EXISTS succeeds_ms bigint;
