/** Types generated for queries found in "oms/src/handover/handover.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type stringArray = (string)[];

/** 'ReadEngineInUse' parameters type */
export type IReadEngineInUseParams = void;

/** 'ReadEngineInUse' return type */
export interface IReadEngineInUseResult {
  address: string | null;
  engine: string;
  namespace: string | null;
  server: string | null;
  since: Date;
}

/** 'ReadEngineInUse' query type */
export interface IReadEngineInUseQuery {
  params: IReadEngineInUseParams;
  result: IReadEngineInUseResult;
}

const readEngineInUseIR: any = {"usedParamSet":{},"params":[],"statement":"SELECT engine, server, namespace, address, since FROM engine_in_use"};

/**
 * Query generated from SQL:
 * ```
 * SELECT engine, server, namespace, address, since FROM engine_in_use
 * ```
 */
export const readEngineInUse = new PreparedQuery<IReadEngineInUseParams,IReadEngineInUseResult>(readEngineInUseIR);


/** 'WriteEngineInUse' parameters type */
export interface IWriteEngineInUseParams {
  address?: string | null | void;
  engine: string;
  namespace?: string | null | void;
  server?: string | null | void;
}

/** 'WriteEngineInUse' return type */
export type IWriteEngineInUseResult = void;

/** 'WriteEngineInUse' query type */
export interface IWriteEngineInUseQuery {
  params: IWriteEngineInUseParams;
  result: IWriteEngineInUseResult;
}

const writeEngineInUseIR: any = {"usedParamSet":{"engine":true,"server":true,"namespace":true,"address":true},"params":[{"name":"engine","required":true,"transform":{"type":"scalar"},"locs":[{"a":71,"b":78}]},{"name":"server","required":false,"transform":{"type":"scalar"},"locs":[{"a":81,"b":87}]},{"name":"namespace","required":false,"transform":{"type":"scalar"},"locs":[{"a":90,"b":99}]},{"name":"address","required":false,"transform":{"type":"scalar"},"locs":[{"a":102,"b":109}]}],"statement":"INSERT INTO engine_in_use (engine, server, namespace, address)\nVALUES (:engine!, :server, :namespace, :address)\nON CONFLICT (is_only) DO UPDATE\nSET engine = excluded.engine, server = excluded.server, namespace = excluded.namespace, address = excluded.address,\n  since = CASE\n    WHEN (engine_in_use.engine, engine_in_use.server, engine_in_use.namespace)\n      IS NOT DISTINCT FROM (excluded.engine, excluded.server, excluded.namespace) THEN engine_in_use.since\n    ELSE now()\n  END"};

/**
 * Query generated from SQL:
 * ```
 * INSERT INTO engine_in_use (engine, server, namespace, address)
 * VALUES (:engine!, :server, :namespace, :address)
 * ON CONFLICT (is_only) DO UPDATE
 * SET engine = excluded.engine, server = excluded.server, namespace = excluded.namespace, address = excluded.address,
 *   since = CASE
 *     WHEN (engine_in_use.engine, engine_in_use.server, engine_in_use.namespace)
 *       IS NOT DISTINCT FROM (excluded.engine, excluded.server, excluded.namespace) THEN engine_in_use.since
 *     ELSE now()
 *   END
 * ```
 */
export const writeEngineInUse = new PreparedQuery<IWriteEngineInUseParams,IWriteEngineInUseResult>(writeEngineInUseIR);


/** 'HandOverOrders' parameters type */
export type IHandOverOrdersParams = void;

/** 'HandOverOrders' return type */
export interface IHandOverOrdersResult {
  orders: number;
}

/** 'HandOverOrders' query type */
export interface IHandOverOrdersQuery {
  params: IHandOverOrdersParams;
  result: IHandOverOrdersResult;
}

const handOverOrdersIR: any = {"usedParamSet":{},"params":[],"statement":"-- Orders that no engine has started yet are in the outbox already.\nWITH handed AS (\n  INSERT INTO outbox (order_id, kind)\n  SELECT id, 'restart' FROM orders\n  WHERE ended_at IS NULL\n    AND NOT EXISTS (SELECT FROM outbox WHERE order_id = orders.id AND kind IN ('start', 'restart'))\n  ORDER BY id\n  RETURNING id\n)\nSELECT count(*)::int AS \"orders!\" FROM handed"};

/**
 * Query generated from SQL:
 * ```
 * -- Orders that no engine has started yet are in the outbox already.
 * WITH handed AS (
 *   INSERT INTO outbox (order_id, kind)
 *   SELECT id, 'restart' FROM orders
 *   WHERE ended_at IS NULL
 *     AND NOT EXISTS (SELECT FROM outbox WHERE order_id = orders.id AND kind IN ('start', 'restart'))
 *   ORDER BY id
 *   RETURNING id
 * )
 * SELECT count(*)::int AS "orders!" FROM handed
 * ```
 */
export const handOverOrders = new PreparedQuery<IHandOverOrdersParams,IHandOverOrdersResult>(handOverOrdersIR);


/** 'HandOverParcels' parameters type */
export interface IHandOverParcelsParams {
  final: stringArray;
}

/** 'HandOverParcels' return type */
export interface IHandOverParcelsResult {
  parcels: number;
}

/** 'HandOverParcels' query type */
export interface IHandOverParcelsQuery {
  params: IHandOverParcelsParams;
  result: IHandOverParcelsResult;
}

const handOverParcelsIR: any = {"usedParamSet":{"final":true},"params":[{"name":"final","required":true,"transform":{"type":"scalar"},"locs":[{"a":255,"b":261}]}],"statement":"WITH handed AS (\n  INSERT INTO outbox (order_id, kind)\n  SELECT orders.id, 'track' FROM orders\n  JOIN shipments ON shipments.order_id = orders.id\n  WHERE orders.status = 'completed' AND shipments.status = 'booked'\n    AND shipments.tracking_status <> ALL(:final!::text[])\n    AND NOT EXISTS (SELECT FROM outbox WHERE order_id = orders.id AND kind = 'track')\n  ORDER BY orders.id\n  RETURNING id\n)\nSELECT count(*)::int AS \"parcels!\" FROM handed"};

/**
 * Query generated from SQL:
 * ```
 * WITH handed AS (
 *   INSERT INTO outbox (order_id, kind)
 *   SELECT orders.id, 'track' FROM orders
 *   JOIN shipments ON shipments.order_id = orders.id
 *   WHERE orders.status = 'completed' AND shipments.status = 'booked'
 *     AND shipments.tracking_status <> ALL(:final!::text[])
 *     AND NOT EXISTS (SELECT FROM outbox WHERE order_id = orders.id AND kind = 'track')
 *   ORDER BY orders.id
 *   RETURNING id
 * )
 * SELECT count(*)::int AS "parcels!" FROM handed
 * ```
 */
export const handOverParcels = new PreparedQuery<IHandOverParcelsParams,IHandOverParcelsResult>(handOverParcelsIR);


