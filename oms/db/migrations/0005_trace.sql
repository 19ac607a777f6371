-- Up Migration

-- The request that placed an order: its W3C trace context and its id, which all that is done for the order tells.
ALTER TABLE orders ADD COLUMN traceparent text, ADD COLUMN request_id text;

-- The request that wakes an order, where it is another than the one that placed it.
ALTER TABLE outbox ADD COLUMN traceparent text, ADD COLUMN request_id text;

-- Down Migration

ALTER TABLE outbox DROP COLUMN traceparent, DROP COLUMN request_id;
ALTER TABLE orders DROP COLUMN traceparent, DROP COLUMN request_id;
