/** Types generated for queries found in "oms/src/outages/outages.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** 'NoteWait' parameters type */
export interface INoteWaitParams {
  id: string;
  provider: string;
}

/** 'NoteWait' return type */
export interface INoteWaitResult {
  sequence: number;
}

/** 'NoteWait' query type */
export interface INoteWaitQuery {
  params: INoteWaitParams;
  result: INoteWaitResult;
}

const noteWaitIR: any = {"usedParamSet":{"provider":true,"id":true},"params":[{"name":"provider","required":true,"transform":{"type":"scalar"},"locs":[{"a":54,"b":63},{"a":203,"b":212},{"a":351,"b":360},{"a":498,"b":507}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":144,"b":147},{"a":307,"b":310}]}],"statement":"WITH waiting AS (\n  UPDATE orders\n  SET waiting_for = :provider!, waiting_since = now(), version = version + 1, updated_at = now()\n  WHERE id = :id! AND ended_at IS NULL AND waiting_for IS DISTINCT FROM :provider!\n  RETURNING id, version\n), again AS (\n  UPDATE orders SET waiting_since = now()\n  WHERE id = :id! AND ended_at IS NULL AND waiting_for = :provider!\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.waiting', jsonb_build_object('for', :provider!::text), now() FROM waiting\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH waiting AS (
 *   UPDATE orders
 *   SET waiting_for = :provider!, waiting_since = now(), version = version + 1, updated_at = now()
 *   WHERE id = :id! AND ended_at IS NULL AND waiting_for IS DISTINCT FROM :provider!
 *   RETURNING id, version
 * ), again AS (
 *   UPDATE orders SET waiting_since = now()
 *   WHERE id = :id! AND ended_at IS NULL AND waiting_for = :provider!
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.waiting', jsonb_build_object('for', :provider!::text), now() FROM waiting
 * RETURNING sequence
 * ```
 */
export const noteWait = new PreparedQuery<INoteWaitParams,INoteWaitResult>(noteWaitIR);


/** 'WakeWaiting' parameters type */
export interface IWakeWaitingParams {
  limit: number;
  provider: string;
  well_for_ms: number;
}

/** 'WakeWaiting' return type */
export interface IWakeWaitingResult {
  woken: number;
}

/** 'WakeWaiting' query type */
export interface IWakeWaitingQuery {
  params: IWakeWaitingParams;
  result: IWakeWaitingResult;
}

const wakeWaitingIR: any = {"usedParamSet":{"provider":true,"well_for_ms":true,"limit":true},"params":[{"name":"provider","required":true,"transform":{"type":"scalar"},"locs":[{"a":62,"b":71}]},{"name":"well_for_ms","required":true,"transform":{"type":"scalar"},"locs":[{"a":101,"b":113}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":183,"b":189}]}],"statement":"WITH found AS (\n  SELECT id FROM orders\n  WHERE waiting_for = :provider! AND waiting_since < now() - :well_for_ms!::float8 * interval '1 millisecond'\n  ORDER BY waiting_since\n  LIMIT :limit!\n  FOR UPDATE SKIP LOCKED\n), woken AS (\n  -- `waiting_for` stays until the stage moves: the attempt may fail again.\n  UPDATE orders SET waiting_since = NULL\n  FROM found\n  WHERE orders.id = found.id\n  RETURNING orders.id\n), told AS (\n  INSERT INTO outbox (order_id, kind) SELECT id, 'wake' FROM woken\n)\nSELECT count(*)::int AS \"woken!\" FROM woken"};

/**
 * Query generated from SQL:
 * ```
 * WITH found AS (
 *   SELECT id FROM orders
 *   WHERE waiting_for = :provider! AND waiting_since < now() - :well_for_ms!::float8 * interval '1 millisecond'
 *   ORDER BY waiting_since
 *   LIMIT :limit!
 *   FOR UPDATE SKIP LOCKED
 * ), woken AS (
 *   -- `waiting_for` stays until the stage moves: the attempt may fail again.
 *   UPDATE orders SET waiting_since = NULL
 *   FROM found
 *   WHERE orders.id = found.id
 *   RETURNING orders.id
 * ), told AS (
 *   INSERT INTO outbox (order_id, kind) SELECT id, 'wake' FROM woken
 * )
 * SELECT count(*)::int AS "woken!" FROM woken
 * ```
 */
export const wakeWaiting = new PreparedQuery<IWakeWaitingParams,IWakeWaitingResult>(wakeWaitingIR);


