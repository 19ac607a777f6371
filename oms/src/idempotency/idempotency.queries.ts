/** Types generated for queries found in "oms/src/idempotency/idempotency.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** 'ClaimKey' parameters type */
export interface IClaimKeyParams {
  key: string;
  operation: string;
  request_hash: string;
}

/** 'ClaimKey' return type */
export interface IClaimKeyResult {
  key: string;
}

/** 'ClaimKey' query type */
export interface IClaimKeyQuery {
  params: IClaimKeyParams;
  result: IClaimKeyResult;
}

const claimKeyIR: any = {"usedParamSet":{"operation":true,"key":true,"request_hash":true},"params":[{"name":"operation","required":true,"transform":{"type":"scalar"},"locs":[{"a":82,"b":92}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":95,"b":99}]},{"name":"request_hash","required":true,"transform":{"type":"scalar"},"locs":[{"a":102,"b":115}]}],"statement":"INSERT INTO idempotency_keys (operation, key, request_hash, status, body)\nVALUES (:operation!, :key!, :request_hash!, 0, '')\nON CONFLICT DO NOTHING\nRETURNING key"};

/**
 * Query generated from SQL:
 * ```
 * INSERT INTO idempotency_keys (operation, key, request_hash, status, body)
 * VALUES (:operation!, :key!, :request_hash!, 0, '')
 * ON CONFLICT DO NOTHING
 * RETURNING key
 * ```
 */
export const claimKey = new PreparedQuery<IClaimKeyParams,IClaimKeyResult>(claimKeyIR);


/** 'FindAnswer' parameters type */
export interface IFindAnswerParams {
  key: string;
  operation: string;
}

/** 'FindAnswer' return type */
export interface IFindAnswerResult {
  body: string;
  etag: string | null;
  request_hash: string;
  status: number;
}

/** 'FindAnswer' query type */
export interface IFindAnswerQuery {
  params: IFindAnswerParams;
  result: IFindAnswerResult;
}

const findAnswerIR: any = {"usedParamSet":{"operation":true,"key":true},"params":[{"name":"operation","required":true,"transform":{"type":"scalar"},"locs":[{"a":80,"b":90}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":102,"b":106}]}],"statement":"SELECT request_hash, status, etag, body FROM idempotency_keys WHERE operation = :operation! AND key = :key!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT request_hash, status, etag, body FROM idempotency_keys WHERE operation = :operation! AND key = :key!
 * ```
 */
export const findAnswer = new PreparedQuery<IFindAnswerParams,IFindAnswerResult>(findAnswerIR);


/** 'KeepAnswer' parameters type */
export interface IKeepAnswerParams {
  body: string;
  etag?: string | null | void;
  key: string;
  operation: string;
  status: number;
}

/** 'KeepAnswer' return type */
export type IKeepAnswerResult = void;

/** 'KeepAnswer' query type */
export interface IKeepAnswerQuery {
  params: IKeepAnswerParams;
  result: IKeepAnswerResult;
}

const keepAnswerIR: any = {"usedParamSet":{"status":true,"etag":true,"body":true,"operation":true,"key":true},"params":[{"name":"status","required":true,"transform":{"type":"scalar"},"locs":[{"a":37,"b":44}]},{"name":"etag","required":false,"transform":{"type":"scalar"},"locs":[{"a":54,"b":58}]},{"name":"body","required":true,"transform":{"type":"scalar"},"locs":[{"a":68,"b":73}]},{"name":"operation","required":true,"transform":{"type":"scalar"},"locs":[{"a":93,"b":103}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":115,"b":119}]}],"statement":"UPDATE idempotency_keys SET status = :status!, etag = :etag, body = :body!\nWHERE operation = :operation! AND key = :key!"};

/**
 * Query generated from SQL:
 * ```
 * UPDATE idempotency_keys SET status = :status!, etag = :etag, body = :body!
 * WHERE operation = :operation! AND key = :key!
 * ```
 */
export const keepAnswer = new PreparedQuery<IKeepAnswerParams,IKeepAnswerResult>(keepAnswerIR);


/** 'ForgetOldKeys' parameters type */
export interface IForgetOldKeysParams {
  limit: number;
}

/** 'ForgetOldKeys' return type */
export interface IForgetOldKeysResult {
  key: string;
}

/** 'ForgetOldKeys' query type */
export interface IForgetOldKeysQuery {
  params: IForgetOldKeysParams;
  result: IForgetOldKeysResult;
}

const forgetOldKeysIR: any = {"usedParamSet":{"limit":true},"params":[{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":214,"b":220}]}],"statement":"WITH forgotten AS (\n  DELETE FROM idempotency_keys\n  WHERE (operation, key) IN (\n    SELECT operation, key FROM idempotency_keys\n    WHERE created_at < now() - interval '24 hours'\n    ORDER BY created_at\n    LIMIT :limit!\n  )\n  RETURNING key, created_at\n), noted AS (\n  INSERT INTO idempotency_horizon (forgotten_until)\n  SELECT max(created_at) FROM forgotten HAVING count(*) > 0\n  ON CONFLICT (is_only) DO UPDATE\n  SET forgotten_until = greatest(idempotency_horizon.forgotten_until, excluded.forgotten_until)\n)\nSELECT key FROM forgotten"};

/**
 * Query generated from SQL:
 * ```
 * WITH forgotten AS (
 *   DELETE FROM idempotency_keys
 *   WHERE (operation, key) IN (
 *     SELECT operation, key FROM idempotency_keys
 *     WHERE created_at < now() - interval '24 hours'
 *     ORDER BY created_at
 *     LIMIT :limit!
 *   )
 *   RETURNING key, created_at
 * ), noted AS (
 *   INSERT INTO idempotency_horizon (forgotten_until)
 *   SELECT max(created_at) FROM forgotten HAVING count(*) > 0
 *   ON CONFLICT (is_only) DO UPDATE
 *   SET forgotten_until = greatest(idempotency_horizon.forgotten_until, excluded.forgotten_until)
 * )
 * SELECT key FROM forgotten
 * ```
 */
export const forgetOldKeys = new PreparedQuery<IForgetOldKeysParams,IForgetOldKeysResult>(forgetOldKeysIR);


