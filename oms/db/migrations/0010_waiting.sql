-- Up Migration

-- What an order waits for while a provider is away, and since when; the time is null while it is tried once more.
ALTER TABLE orders
  ADD COLUMN waiting_for text CONSTRAINT orders_waiting_for_check CHECK (waiting_for IN ('payment_provider', 'carrier')),
  ADD COLUMN waiting_since timestamptz;
CREATE INDEX orders_waiting ON orders (waiting_for, waiting_since) WHERE waiting_since IS NOT NULL;

-- Down Migration

DROP INDEX orders_waiting;
ALTER TABLE orders DROP COLUMN waiting_for, DROP COLUMN waiting_since;
