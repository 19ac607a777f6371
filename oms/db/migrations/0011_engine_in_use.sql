-- Up Migration

-- Which engine carries the orders of this database, so that commands ask the right one and no two carry them at once.
-- The server is null for the embedded engine, and for a Temporal server that belongs to the data folder.
CREATE TABLE engine_in_use (
  is_only   boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  engine    text NOT NULL CHECK (engine IN ('embedded', 'temporal')),
  server    text,
  namespace text,
  -- Where it was last, which for a server of the data folder may differ from start to start.
  address   text,
  since     timestamptz NOT NULL DEFAULT now()
);

-- Down Migration

DROP TABLE engine_in_use;
