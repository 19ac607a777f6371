-- Up Migration

-- The version of what a product is called and costs; its stock, which every order moves, has its own.
ALTER TABLE products ADD COLUMN version integer NOT NULL DEFAULT 1;

-- Down Migration

ALTER TABLE products DROP COLUMN version;
