/** Types generated for queries found in "oms/src/customers/customers.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type numberArray = (number)[];

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
  if_not_versions?: numberArray | null | void;
  if_versions?: numberArray | null | void;
  must_exist: boolean;
  must_not_exist: boolean;
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

const putCustomerIR: any = {"usedParamSet":{"id":true,"name":true,"email":true,"must_exist":true,"must_not_exist":true,"if_versions":true,"if_not_versions":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":59,"b":62},{"a":147,"b":150}]},{"name":"name","required":true,"transform":{"type":"scalar"},"locs":[{"a":65,"b":70}]},{"name":"email","required":false,"transform":{"type":"scalar"},"locs":[{"a":73,"b":78}]},{"name":"must_exist","required":true,"transform":{"type":"scalar"},"locs":[{"a":90,"b":101}]},{"name":"must_not_exist","required":true,"transform":{"type":"scalar"},"locs":[{"a":371,"b":386}]},{"name":"if_versions","required":false,"transform":{"type":"scalar"},"locs":[{"a":395,"b":406},{"a":449,"b":460}]},{"name":"if_not_versions","required":false,"transform":{"type":"scalar"},"locs":[{"a":471,"b":486},{"a":530,"b":545}]}],"statement":"INSERT INTO customers AS customer (id, name, email)\nSELECT :id!, :name!, :email\nWHERE NOT :must_exist! OR EXISTS (SELECT FROM customers WHERE id = :id!)\nON CONFLICT (id) DO UPDATE\nSET name = excluded.name, email = excluded.email, version = customer.version + 1, updated_at = now()\n-- Checked on the row as it is when it is locked, whoever changed it meanwhile.\nWHERE NOT :must_not_exist!\n  AND (:if_versions::int[] IS NULL OR customer.version = ANY(:if_versions))\n  AND (:if_not_versions::int[] IS NULL OR customer.version <> ALL(:if_not_versions))\nRETURNING id, name, email, version, created_at, updated_at, version = 1 AS \"created!\""};

/**
 * Query generated from SQL:
 * ```
 * INSERT INTO customers AS customer (id, name, email)
 * SELECT :id!, :name!, :email
 * WHERE NOT :must_exist! OR EXISTS (SELECT FROM customers WHERE id = :id!)
 * ON CONFLICT (id) DO UPDATE
 * SET name = excluded.name, email = excluded.email, version = customer.version + 1, updated_at = now()
 * -- Checked on the row as it is when it is locked, whoever changed it meanwhile.
 * WHERE NOT :must_not_exist!
 *   AND (:if_versions::int[] IS NULL OR customer.version = ANY(:if_versions))
 *   AND (:if_not_versions::int[] IS NULL OR customer.version <> ALL(:if_not_versions))
 * RETURNING id, name, email, version, created_at, updated_at, version = 1 AS "created!"
 * ```
 */
export const putCustomer = new PreparedQuery<IPutCustomerParams,IPutCustomerResult>(putCustomerIR);


