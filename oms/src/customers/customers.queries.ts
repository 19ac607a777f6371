/** Types generated for queries found in "oms/src/customers/customers.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** 'FindCustomer' parameters type */
export interface IFindCustomerParams {
  id: string;
}

/** 'FindCustomer' return type */
export interface IFindCustomerResult {
  created_at: Date;
  email: string | null;
  id: string;
  name: string;
  updated_at: Date;
  version: number;
}

/** 'FindCustomer' query type */
export interface IFindCustomerQuery {
  params: IFindCustomerParams;
  result: IFindCustomerResult;
}

const findCustomerIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":82,"b":85}]}],"statement":"SELECT id, name, email, version, created_at, updated_at FROM customers WHERE id = :id!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT id, name, email, version, created_at, updated_at FROM customers WHERE id = :id!
 * ```
 */
export const findCustomer = new PreparedQuery<IFindCustomerParams,IFindCustomerResult>(findCustomerIR);


/** 'PutCustomer' parameters type */
export interface IPutCustomerParams {
  email?: string | null | void;
  id: string;
  if_version?: number | null | void;
  must_exist: boolean;
  name: string;
}

/** 'PutCustomer' return type */
export interface IPutCustomerResult {
  created: boolean;
  created_at: Date;
  email: string | null;
  id: string;
  name: string;
  updated_at: Date;
  version: number;
}

/** 'PutCustomer' query type */
export interface IPutCustomerQuery {
  params: IPutCustomerParams;
  result: IPutCustomerResult;
}

const putCustomerIR: any = {"usedParamSet":{"id":true,"if_version":true,"must_exist":true,"name":true,"email":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":62,"b":65},{"a":294,"b":297}]},{"name":"if_version","required":false,"transform":{"type":"scalar"},"locs":[{"a":104,"b":114},{"a":132,"b":142}]},{"name":"must_exist","required":true,"transform":{"type":"scalar"},"locs":[{"a":191,"b":202}]},{"name":"name","required":true,"transform":{"type":"scalar"},"locs":[{"a":300,"b":305}]},{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":308,"b":313}]}],"statement":"WITH previous AS (\n  SELECT version FROM customers WHERE id = :id! FOR UPDATE\n), allowed AS (\n  SELECT (:if_version::int IS NULL OR :if_version = (SELECT version FROM previous))\n    AND (NOT :must_exist! OR EXISTS (SELECT FROM previous)) AS yes\n)\nINSERT INTO customers (id, name, email)\nSELECT :id!, :name!, :email FROM allowed WHERE yes\nON CONFLICT (id) DO UPDATE\nSET name = excluded.name, email = excluded.email, version = customers.version + 1, updated_at = now()\nRETURNING id, name, email, version, created_at, updated_at, version = 1 AS \"created!\""};

/**
 * Query generated from SQL:
 * ```
 * WITH previous AS (
 *   SELECT version FROM customers WHERE id = :id! FOR UPDATE
 * ), allowed AS (
 *   SELECT (:if_version::int IS NULL OR :if_version = (SELECT version FROM previous))
 *     AND (NOT :must_exist! OR EXISTS (SELECT FROM previous)) AS yes
 * )
 * INSERT INTO customers (id, name, email)
 * SELECT :id!, :name!, :email FROM allowed WHERE yes
 * ON CONFLICT (id) DO UPDATE
 * SET name = excluded.name, email = excluded.email, version = customers.version + 1, updated_at = now()
 * RETURNING id, name, email, version, created_at, updated_at, version = 1 AS "created!"
 * ```
 */
export const putCustomer = new PreparedQuery<IPutCustomerParams,IPutCustomerResult>(putCustomerIR);


