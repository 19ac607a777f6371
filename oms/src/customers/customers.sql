/* @name FindCustomer */
SELECT id, name, email, version, created_at, updated_at FROM customers WHERE id = :id!;

/* @name PutCustomer */
WITH previous AS (
  SELECT version FROM customers WHERE id = :id! FOR UPDATE
), allowed AS (
  SELECT (:if_version::int IS NULL OR :if_version = (SELECT version FROM previous))
    AND (NOT :must_exist! OR EXISTS (SELECT FROM previous)) AS yes
)
INSERT INTO customers (id, name, email)
SELECT :id!, :name!, :email FROM allowed WHERE yes
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, email = excluded.email, version = customers.version + 1, updated_at = now()
RETURNING id, name, email, version, created_at, updated_at, version = 1 AS "created!";
