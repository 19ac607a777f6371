/* @name FindCustomer */
SELECT id, name, email, version, created_at, updated_at FROM customers WHERE id = :id!;

/* @name PutCustomer */
INSERT INTO customers AS customer (id, name, email)
SELECT :id!, :name!, :email
WHERE NOT :must_exist! OR EXISTS (SELECT FROM customers WHERE id = :id!)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, email = excluded.email, version = customer.version + 1, updated_at = now()
-- Checked on the row as it is when it is locked, whoever changed it meanwhile.
WHERE NOT :must_not_exist!
  AND (:if_versions::int[] IS NULL OR customer.version = ANY(:if_versions))
  AND (:if_not_versions::int[] IS NULL OR customer.version <> ALL(:if_not_versions))
RETURNING id, name, email, version, created_at, updated_at, version = 1 AS "created!";
