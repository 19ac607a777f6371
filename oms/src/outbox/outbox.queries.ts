/** Types generated for queries found in "oms/src/outbox/outbox.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type numberArray = (number)[];

/** 'ClaimOutbox' parameters type */
export interface IClaimOutboxParams {
  messages_max: number;
  restarts_max: number;
  starts_max: number;
}

/** 'ClaimOutbox' return type */
export interface IClaimOutboxResult {
  customer_id: string | null;
  has_begun: boolean;
  id: number;
  kind: string;
  order_id: string;
  request_id: string | null;
  traceparent: string | null;
  way: string;
}

/** 'ClaimOutbox' query type */
export interface IClaimOutboxQuery {
  params: IClaimOutboxParams;
  result: IClaimOutboxResult;
}

const claimOutboxIR: any = {"usedParamSet":{"starts_max":true,"restarts_max":true,"messages_max":true},"params":[{"name":"starts_max","required":true,"transform":{"type":"scalar"},"locs":[{"a":135,"b":146}]},{"name":"restarts_max","required":true,"transform":{"type":"scalar"},"locs":[{"a":296,"b":309}]},{"name":"messages_max","required":true,"transform":{"type":"scalar"},"locs":[{"a":484,"b":497}]}],"statement":"WITH starts AS (\n  SELECT id, order_id, kind, traceparent, request_id FROM outbox\n  WHERE kind IN ('start', 'track') ORDER BY id LIMIT :starts_max! FOR UPDATE SKIP LOCKED\n), restarts AS (\n  SELECT id, order_id, kind, traceparent, request_id FROM outbox\n  WHERE kind = 'restart' ORDER BY id LIMIT :restarts_max! FOR UPDATE SKIP LOCKED\n), messages AS (\n  SELECT id, order_id, kind, traceparent, request_id FROM outbox\n  WHERE kind NOT IN ('start', 'track', 'restart') ORDER BY id LIMIT :messages_max! FOR UPDATE SKIP LOCKED\n)\nSELECT claimed.id AS \"id!\", order_id AS \"order_id!\", kind AS \"kind!\", customer_id, way AS \"way!\",\n  -- Then its workflow has been started, whatever the engine knows of it.\n  stage <> 'accepted' OR attention_code IS NOT NULL AS \"has_begun!\",\n  coalesce(claimed.traceparent, orders.traceparent) AS traceparent,\n  coalesce(claimed.request_id, orders.request_id) AS request_id\nFROM (\n  SELECT id, order_id, kind, traceparent, request_id FROM starts\n  UNION ALL\n  SELECT id, order_id, kind, traceparent, request_id FROM restarts\n  UNION ALL\n  SELECT id, order_id, kind, traceparent, request_id FROM messages\n) AS claimed\nJOIN orders ON orders.id = order_id\nORDER BY claimed.id"};

/**
 * Query generated from SQL:
 * ```
 * WITH starts AS (
 *   SELECT id, order_id, kind, traceparent, request_id FROM outbox
 *   WHERE kind IN ('start', 'track') ORDER BY id LIMIT :starts_max! FOR UPDATE SKIP LOCKED
 * ), restarts AS (
 *   SELECT id, order_id, kind, traceparent, request_id FROM outbox
 *   WHERE kind = 'restart' ORDER BY id LIMIT :restarts_max! FOR UPDATE SKIP LOCKED
 * ), messages AS (
 *   SELECT id, order_id, kind, traceparent, request_id FROM outbox
 *   WHERE kind NOT IN ('start', 'track', 'restart') ORDER BY id LIMIT :messages_max! FOR UPDATE SKIP LOCKED
 * )
 * SELECT claimed.id AS "id!", order_id AS "order_id!", kind AS "kind!", customer_id, way AS "way!",
 *   -- Then its workflow has been started, whatever the engine knows of it.
 *   stage <> 'accepted' OR attention_code IS NOT NULL AS "has_begun!",
 *   coalesce(claimed.traceparent, orders.traceparent) AS traceparent,
 *   coalesce(claimed.request_id, orders.request_id) AS request_id
 * FROM (
 *   SELECT id, order_id, kind, traceparent, request_id FROM starts
 *   UNION ALL
 *   SELECT id, order_id, kind, traceparent, request_id FROM restarts
 *   UNION ALL
 *   SELECT id, order_id, kind, traceparent, request_id FROM messages
 * ) AS claimed
 * JOIN orders ON orders.id = order_id
 * ORDER BY claimed.id
 * ```
 */
export const claimOutbox = new PreparedQuery<IClaimOutboxParams,IClaimOutboxResult>(claimOutboxIR);


/** 'DeleteOutbox' parameters type */
export interface IDeleteOutboxParams {
  ids: numberArray;
}

/** 'DeleteOutbox' return type */
export type IDeleteOutboxResult = void;

/** 'DeleteOutbox' query type */
export interface IDeleteOutboxQuery {
  params: IDeleteOutboxParams;
  result: IDeleteOutboxResult;
}

const deleteOutboxIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":34,"b":38}]}],"statement":"DELETE FROM outbox WHERE id = ANY(:ids!::bigint[])"};

/**
 * Query generated from SQL:
 * ```
 * DELETE FROM outbox WHERE id = ANY(:ids!::bigint[])
 * ```
 */
export const deleteOutbox = new PreparedQuery<IDeleteOutboxParams,IDeleteOutboxResult>(deleteOutboxIR);


/** 'CountOutbox' parameters type */
export type ICountOutboxParams = void;

/** 'CountOutbox' return type */
export interface ICountOutboxResult {
  waiting: number;
}

/** 'CountOutbox' query type */
export interface ICountOutboxQuery {
  params: ICountOutboxParams;
  result: ICountOutboxResult;
}

const countOutboxIR: any = {"usedParamSet":{},"params":[],"statement":"SELECT count(*)::int AS \"waiting!\" FROM (SELECT FROM outbox WHERE kind IN ('start', 'restart') LIMIT 10000) AS counted"};

/**
 * Query generated from SQL:
 * ```
 * SELECT count(*)::int AS "waiting!" FROM (SELECT FROM outbox WHERE kind IN ('start', 'restart') LIMIT 10000) AS counted
 * ```
 */
export const countOutbox = new PreparedQuery<ICountOutboxParams,ICountOutboxResult>(countOutboxIR);


/** 'FindStalled' parameters type */
export interface IFindStalledParams {
  after: string;
  limit: number;
  older_than_ms: number;
}

/** 'FindStalled' return type */
export interface IFindStalledResult {
  id: string;
}

/** 'FindStalled' query type */
export interface IFindStalledQuery {
  params: IFindStalledParams;
  result: IFindStalledResult;
}

const findStalledIR: any = {"usedParamSet":{"after":true,"older_than_ms":true,"limit":true},"params":[{"name":"after","required":true,"transform":{"type":"scalar"},"locs":[{"a":56,"b":62}]},{"name":"older_than_ms","required":true,"transform":{"type":"scalar"},"locs":[{"a":183,"b":197}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":361,"b":367}]}],"statement":"SELECT id\nFROM orders\nWHERE ended_at IS NULL\n  AND id > :after!\n  -- Of what comes from the future the clock was set back since, and its age says nothing.\n  AND (updated_at < now() - :older_than_ms! * interval '1 millisecond' OR updated_at > now() + interval '1 minute')\n  AND NOT EXISTS (SELECT FROM outbox WHERE outbox.order_id = orders.id)\nORDER BY id\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT id
 * FROM orders
 * WHERE ended_at IS NULL
 *   AND id > :after!
 *   -- Of what comes from the future the clock was set back since, and its age says nothing.
 *   AND (updated_at < now() - :older_than_ms! * interval '1 millisecond' OR updated_at > now() + interval '1 minute')
 *   AND NOT EXISTS (SELECT FROM outbox WHERE outbox.order_id = orders.id)
 * ORDER BY id
 * LIMIT :limit!
 * ```
 */
export const findStalled = new PreparedQuery<IFindStalledParams,IFindStalledResult>(findStalledIR);


/** 'EnqueueRestart' parameters type */
export interface IEnqueueRestartParams {
  order_id: string;
}

/** 'EnqueueRestart' return type */
export type IEnqueueRestartResult = void;

/** 'EnqueueRestart' query type */
export interface IEnqueueRestartQuery {
  params: IEnqueueRestartParams;
  result: IEnqueueRestartResult;
}

const enqueueRestartIR: any = {"usedParamSet":{"order_id":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":44,"b":53}]}],"statement":"INSERT INTO outbox (order_id, kind) VALUES (:order_id!, 'restart')"};

/**
 * Query generated from SQL:
 * ```
 * INSERT INTO outbox (order_id, kind) VALUES (:order_id!, 'restart')
 * ```
 */
export const enqueueRestart = new PreparedQuery<IEnqueueRestartParams,IEnqueueRestartResult>(enqueueRestartIR);


