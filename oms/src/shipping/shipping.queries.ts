/** Types generated for queries found in "oms/src/shipping/shipping.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** 'BeginBooking' parameters type */
export interface IBeginBookingParams {
  carrier: string;
  from: string;
  order_id: string;
  provider_id: string;
  rate_id: string;
  service: string;
}

/** 'BeginBooking' return type */
export interface IBeginBookingResult {
  carrier: string | null;
  created_at: Date;
  order_id: string;
  provider_id: string;
  rate_id: string;
  service: string | null;
  status: string;
  tracking_code: string | null;
  updated_at: Date;
}

/** 'BeginBooking' query type */
export interface IBeginBookingQuery {
  params: IBeginBookingParams;
  result: IBeginBookingResult;
}

const beginBookingIR: any = {"usedParamSet":{"provider_id":true,"rate_id":true,"carrier":true,"service":true,"order_id":true,"from":true},"params":[{"name":"provider_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":116,"b":128}]},{"name":"rate_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":142,"b":150}]},{"name":"carrier","required":true,"transform":{"type":"scalar"},"locs":[{"a":153,"b":161}]},{"name":"service","required":true,"transform":{"type":"scalar"},"locs":[{"a":164,"b":172}]},{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":211,"b":220}]},{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":234,"b":239}]}],"statement":"INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)\nSELECT id, :provider_id!, 'booking', :rate_id!, :carrier!, :service!, now(), now()\nFROM orders\nWHERE id = :order_id! AND stage = :from!\nFOR UPDATE\nON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id\nRETURNING *"};

/**
 * Query generated from SQL:
 * ```
 * INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)
 * SELECT id, :provider_id!, 'booking', :rate_id!, :carrier!, :service!, now(), now()
 * FROM orders
 * WHERE id = :order_id! AND stage = :from!
 * FOR UPDATE
 * ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
 * RETURNING *
 * ```
 */
export const beginBooking = new PreparedQuery<IBeginBookingParams,IBeginBookingResult>(beginBookingIR);


/** 'RecordBooked' parameters type */
export interface IRecordBookedParams {
  from: string;
  order_id: string;
  tracking_code: string;
}

/** 'RecordBooked' return type */
export interface IRecordBookedResult {
  sequence: number;
}

/** 'RecordBooked' query type */
export interface IRecordBookedQuery {
  params: IRecordBookedParams;
  result: IRecordBookedResult;
}

const recordBookedIR: any = {"usedParamSet":{"tracking_code":true,"order_id":true,"from":true},"params":[{"name":"tracking_code","required":true,"transform":{"type":"scalar"},"locs":[{"a":77,"b":91}]},{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":132,"b":141}]},{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":285,"b":290},{"a":409,"b":414},{"a":492,"b":497},{"a":576,"b":581}]}],"statement":"WITH booked AS (\n  UPDATE shipments\n  SET status = 'booked', tracking_code = :tracking_code!, updated_at = now()\n  WHERE order_id = :order_id! AND status = 'booking'\n  RETURNING order_id, carrier, service, tracking_code\n), advanced AS (\n  UPDATE orders\n  SET stage = CASE WHEN stage = :from! THEN 'shipped' ELSE stage END,\n    version = version + 1, updated_at = now(),\n    attention_code = CASE WHEN stage = :from! THEN NULL ELSE attention_code END,\n    attention_detail = CASE WHEN stage = :from! THEN NULL ELSE attention_detail END,\n    attention_since = CASE WHEN stage = :from! THEN NULL ELSE attention_since END\n  FROM booked\n  WHERE orders.id = booked.order_id\n  RETURNING orders.id, orders.version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT advanced.id, advanced.version, 'order.shipped',\n  jsonb_build_object('carrier', carrier, 'service', service, 'tracking_code', tracking_code), now()\nFROM advanced JOIN booked ON booked.order_id = advanced.id\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH booked AS (
 *   UPDATE shipments
 *   SET status = 'booked', tracking_code = :tracking_code!, updated_at = now()
 *   WHERE order_id = :order_id! AND status = 'booking'
 *   RETURNING order_id, carrier, service, tracking_code
 * ), advanced AS (
 *   UPDATE orders
 *   SET stage = CASE WHEN stage = :from! THEN 'shipped' ELSE stage END,
 *     version = version + 1, updated_at = now(),
 *     attention_code = CASE WHEN stage = :from! THEN NULL ELSE attention_code END,
 *     attention_detail = CASE WHEN stage = :from! THEN NULL ELSE attention_detail END,
 *     attention_since = CASE WHEN stage = :from! THEN NULL ELSE attention_since END
 *   FROM booked
 *   WHERE orders.id = booked.order_id
 *   RETURNING orders.id, orders.version
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT advanced.id, advanced.version, 'order.shipped',
 *   jsonb_build_object('carrier', carrier, 'service', service, 'tracking_code', tracking_code), now()
 * FROM advanced JOIN booked ON booked.order_id = advanced.id
 * RETURNING sequence
 * ```
 */
export const recordBooked = new PreparedQuery<IRecordBookedParams,IRecordBookedResult>(recordBookedIR);


/** 'RecordShipmentCancelled' parameters type */
export interface IRecordShipmentCancelledParams {
  order_id: string;
}

/** 'RecordShipmentCancelled' return type */
export interface IRecordShipmentCancelledResult {
  sequence: number;
}

/** 'RecordShipmentCancelled' query type */
export interface IRecordShipmentCancelledQuery {
  params: IRecordShipmentCancelledParams;
  result: IRecordShipmentCancelledResult;
}

const recordShipmentCancelledIR: any = {"usedParamSet":{"order_id":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":103,"b":112}]}],"statement":"WITH cancelled AS (\n  UPDATE shipments SET status = 'cancelled', updated_at = now()\n  WHERE order_id = :order_id! AND status <> 'cancelled'\n  RETURNING order_id\n), noted AS (\n  UPDATE orders SET version = version + 1, updated_at = now()\n  FROM cancelled\n  WHERE orders.id = cancelled.order_id\n  RETURNING orders.id, orders.version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.shipment_cancelled', '{}', now() FROM noted\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH cancelled AS (
 *   UPDATE shipments SET status = 'cancelled', updated_at = now()
 *   WHERE order_id = :order_id! AND status <> 'cancelled'
 *   RETURNING order_id
 * ), noted AS (
 *   UPDATE orders SET version = version + 1, updated_at = now()
 *   FROM cancelled
 *   WHERE orders.id = cancelled.order_id
 *   RETURNING orders.id, orders.version
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.shipment_cancelled', '{}', now() FROM noted
 * RETURNING sequence
 * ```
 */
export const recordShipmentCancelled = new PreparedQuery<IRecordShipmentCancelledParams,IRecordShipmentCancelledResult>(recordShipmentCancelledIR);


