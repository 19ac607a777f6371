/** Types generated for queries found in "oms/src/reconcile/reconcile.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type DateOrString = Date | string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** 'ReadNow' parameters type */
export type IReadNowParams = void;

/** 'ReadNow' return type */
export interface IReadNowResult {
  now: Date;
}

/** 'ReadNow' query type */
export interface IReadNowQuery {
  params: IReadNowParams;
  result: IReadNowResult;
}

const readNowIR: any = {"usedParamSet":{},"params":[],"statement":"SELECT now() AS \"now!\""};

/**
 * Query generated from SQL:
 * ```
 * SELECT now() AS "now!"
 * ```
 */
export const readNow = new PreparedQuery<IReadNowParams,IReadNowResult>(readNowIR);


/** 'CountEnded' parameters type */
export interface ICountEndedParams {
  ended_before: DateOrString;
  first_id: string;
}

/** 'CountEnded' return type */
export interface ICountEndedResult {
  in_flight: number;
  orders: number;
  parcels: number;
  payments: number;
  refunds: number;
}

/** 'CountEnded' query type */
export interface ICountEndedQuery {
  params: ICountEndedParams;
  result: ICountEndedResult;
}

const countEndedIR: any = {"usedParamSet":{"ended_before":true,"first_id":true},"params":[{"name":"ended_before","required":true,"transform":{"type":"scalar"},"locs":[{"a":55,"b":68}]},{"name":"first_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":80,"b":89},{"a":202,"b":211},{"a":318,"b":327},{"a":432,"b":441}]}],"statement":"SELECT\n  (SELECT count(*) FROM orders WHERE ended_at < :ended_before! AND id >= :first_id!)::int AS \"orders!\",\n  (\n    SELECT count(*) FROM payment_entries\n    WHERE kind = 'authorised' AND order_id >= :first_id!\n  )::int AS \"payments!\",\n  (SELECT count(*) FROM payment_entries WHERE kind = 'refunded' AND order_id >= :first_id!)::int AS \"refunds!\",\n  (SELECT count(*) FROM shipments WHERE tracking_code IS NOT NULL AND order_id >= :first_id!)::int AS \"parcels!\",\n  (SELECT count(*) FROM orders WHERE ended_at IS NULL)::int AS \"in_flight!\""};

/**
 * Query generated from SQL:
 * ```
 * SELECT
 *   (SELECT count(*) FROM orders WHERE ended_at < :ended_before! AND id >= :first_id!)::int AS "orders!",
 *   (
 *     SELECT count(*) FROM payment_entries
 *     WHERE kind = 'authorised' AND order_id >= :first_id!
 *   )::int AS "payments!",
 *   (SELECT count(*) FROM payment_entries WHERE kind = 'refunded' AND order_id >= :first_id!)::int AS "refunds!",
 *   (SELECT count(*) FROM shipments WHERE tracking_code IS NOT NULL AND order_id >= :first_id!)::int AS "parcels!",
 *   (SELECT count(*) FROM orders WHERE ended_at IS NULL)::int AS "in_flight!"
 * ```
 */
export const countEnded = new PreparedQuery<ICountEndedParams,ICountEndedResult>(countEndedIR);


/** 'RecordReconciled' parameters type */
export interface IRecordReconciledParams {
  event_data: Json;
  order_id: string;
}

/** 'RecordReconciled' return type */
export interface IRecordReconciledResult {
  sequence: number;
}

/** 'RecordReconciled' query type */
export interface IRecordReconciledQuery {
  params: IRecordReconciledParams;
  result: IRecordReconciledResult;
}

const recordReconciledIR: any = {"usedParamSet":{"order_id":true,"event_data":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":91,"b":100}]},{"name":"event_data","required":true,"transform":{"type":"scalar"},"locs":[{"a":239,"b":250}]}],"statement":"WITH noted AS (\n  UPDATE orders SET version = version + 1, updated_at = now()\n  WHERE id = :order_id!\n  RETURNING id, version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.reconciled', :event_data!::jsonb, now() FROM noted\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH noted AS (
 *   UPDATE orders SET version = version + 1, updated_at = now()
 *   WHERE id = :order_id!
 *   RETURNING id, version
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.reconciled', :event_data!::jsonb, now() FROM noted
 * RETURNING sequence
 * ```
 */
export const recordReconciled = new PreparedQuery<IRecordReconciledParams,IRecordReconciledResult>(recordReconciledIR);


