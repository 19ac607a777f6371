-- Up Migration

-- An order keeps the order of steps that it began with, also when its workflow is started anew.
ALTER TABLE orders
  ADD COLUMN way text NOT NULL DEFAULT 'inventory_first'
    CONSTRAINT orders_way_check CHECK (way IN ('inventory_first', 'payment_first'));

-- Down Migration

ALTER TABLE orders DROP COLUMN way;
