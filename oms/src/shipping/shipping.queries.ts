/** Types generated for queries found in "oms/src/shipping/shipping.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type DateOrString = Date | string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type stringArray = (string)[];

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
  delivered_at: Date | null;
  order_id: string;
  provider_id: string;
  rate_id: string;
  service: string | null;
  status: string;
  tracking_code: string | null;
  tracking_status: string;
  tracking_updated_at: Date | null;
  updated_at: Date;
}

/** 'BeginBooking' query type */
export interface IBeginBookingQuery {
  params: IBeginBookingParams;
  result: IBeginBookingResult;
}

const beginBookingIR: any = {"usedParamSet":{"provider_id":true,"rate_id":true,"carrier":true,"service":true,"order_id":true,"from":true},"params":[{"name":"provider_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":116,"b":128}]},{"name":"rate_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":142,"b":150}]},{"name":"carrier","required":true,"transform":{"type":"scalar"},"locs":[{"a":153,"b":161}]},{"name":"service","required":true,"transform":{"type":"scalar"},"locs":[{"a":164,"b":172}]},{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":211,"b":220}]},{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":234,"b":239}]}],"statement":"INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)\nSELECT id, :provider_id!, 'booking', :rate_id!, :carrier!, :service!, now(), now()\nFROM orders\nWHERE id = :order_id! AND stage = :from!\nFOR UPDATE\nON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id\nRETURNING order_id, provider_id, status, rate_id, carrier, service, tracking_code,\n  tracking_status, tracking_updated_at, delivered_at, created_at, updated_at"};

/**
 * Query generated from SQL:
 * ```
 * INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)
 * SELECT id, :provider_id!, 'booking', :rate_id!, :carrier!, :service!, now(), now()
 * FROM orders
 * WHERE id = :order_id! AND stage = :from!
 * FOR UPDATE
 * ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
 * RETURNING order_id, provider_id, status, rate_id, carrier, service, tracking_code,
 *   tracking_status, tracking_updated_at, delivered_at, created_at, updated_at
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

const recordBookedIR: any = {"usedParamSet":{"tracking_code":true,"order_id":true,"from":true},"params":[{"name":"tracking_code","required":true,"transform":{"type":"scalar"},"locs":[{"a":77,"b":91}]},{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":132,"b":141}]},{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":285,"b":290},{"a":409,"b":414},{"a":490,"b":495},{"a":573,"b":578},{"a":657,"b":662},{"a":736,"b":741},{"a":813,"b":818}]}],"statement":"WITH booked AS (\n  UPDATE shipments\n  SET status = 'booked', tracking_code = :tracking_code!, updated_at = now()\n  WHERE order_id = :order_id! AND status = 'booking'\n  RETURNING order_id, carrier, service, tracking_code\n), advanced AS (\n  UPDATE orders\n  SET stage = CASE WHEN stage = :from! THEN 'shipped' ELSE stage END,\n    version = version + 1, updated_at = now(),\n    attention_code = CASE WHEN stage = :from! THEN NULL ELSE attention_code END,\n    attention_step = CASE WHEN stage = :from! THEN NULL ELSE attention_step END,\n    attention_detail = CASE WHEN stage = :from! THEN NULL ELSE attention_detail END,\n    attention_since = CASE WHEN stage = :from! THEN NULL ELSE attention_since END,\n    waiting_for = CASE WHEN stage = :from! THEN NULL ELSE waiting_for END,\n    waiting_since = CASE WHEN stage = :from! THEN NULL ELSE waiting_since END\n  FROM booked\n  WHERE orders.id = booked.order_id\n  RETURNING orders.id, orders.version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT advanced.id, advanced.version, 'order.shipped',\n  jsonb_build_object('carrier', carrier, 'service', service, 'tracking_code', tracking_code), now()\nFROM advanced JOIN booked ON booked.order_id = advanced.id\nRETURNING sequence"};

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
 *     attention_step = CASE WHEN stage = :from! THEN NULL ELSE attention_step END,
 *     attention_detail = CASE WHEN stage = :from! THEN NULL ELSE attention_detail END,
 *     attention_since = CASE WHEN stage = :from! THEN NULL ELSE attention_since END,
 *     waiting_for = CASE WHEN stage = :from! THEN NULL ELSE waiting_for END,
 *     waiting_since = CASE WHEN stage = :from! THEN NULL ELSE waiting_since END
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
  event_data: Json;
  event_type: string;
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

const recordShipmentCancelledIR: any = {"usedParamSet":{"order_id":true,"event_type":true,"event_data":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":103,"b":112}]},{"name":"event_type","required":true,"transform":{"type":"scalar"},"locs":[{"a":424,"b":435}]},{"name":"event_data","required":true,"transform":{"type":"scalar"},"locs":[{"a":438,"b":449}]}],"statement":"WITH cancelled AS (\n  UPDATE shipments SET status = 'cancelled', updated_at = now()\n  WHERE order_id = :order_id! AND status <> 'cancelled'\n  RETURNING order_id\n), noted AS (\n  UPDATE orders SET version = version + 1, updated_at = now()\n  FROM cancelled\n  WHERE orders.id = cancelled.order_id\n  RETURNING orders.id, orders.version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, :event_type!, :event_data!::jsonb, now() FROM noted\nRETURNING sequence"};

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
 * SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM noted
 * RETURNING sequence
 * ```
 */
export const recordShipmentCancelled = new PreparedQuery<IRecordShipmentCancelledParams,IRecordShipmentCancelledResult>(recordShipmentCancelledIR);


/** 'RecordTracking' parameters type */
export interface IRecordTrackingParams {
  at: DateOrString;
  before: stringArray;
  event_type: string;
  is_end: boolean;
  provider_id: string;
  tracking_status: string;
}

/** 'RecordTracking' return type */
export interface IRecordTrackingResult {
  known: boolean;
  recorded: boolean;
}

/** 'RecordTracking' query type */
export interface IRecordTrackingQuery {
  params: IRecordTrackingParams;
  result: IRecordTrackingResult;
}

const recordTrackingIR: any = {"usedParamSet":{"tracking_status":true,"at":true,"provider_id":true,"before":true,"event_type":true,"is_end":true},"params":[{"name":"tracking_status","required":true,"transform":{"type":"scalar"},"locs":[{"a":59,"b":75},{"a":168,"b":184}]},{"name":"at","required":true,"transform":{"type":"scalar"},"locs":[{"a":100,"b":103},{"a":205,"b":208},{"a":744,"b":747}]},{"name":"provider_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":249,"b":261},{"a":1035,"b":1047}]},{"name":"before","required":true,"transform":{"type":"scalar"},"locs":[{"a":315,"b":322}]},{"name":"event_type","required":true,"transform":{"type":"scalar"},"locs":[{"a":649,"b":660}]},{"name":"is_end","required":true,"transform":{"type":"scalar"},"locs":[{"a":914,"b":921}]}],"statement":"WITH moved AS (\n  UPDATE shipments\n  SET tracking_status = :tracking_status!, tracking_updated_at = :at!::timestamptz, updated_at = now(),\n    delivered_at = CASE WHEN :tracking_status! = 'delivered' THEN :at!::timestamptz END\n  WHERE provider_id = :provider_id! AND status <> 'cancelled' AND tracking_status = ANY(:before!::text[])\n  RETURNING order_id, carrier, tracking_code\n), noted AS (\n  UPDATE orders SET version = version + 1, updated_at = now()\n  FROM moved\n  WHERE orders.id = moved.order_id\n  RETURNING orders.id, orders.version\n), event AS (\n  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)\n  SELECT id, version, :event_type!,\n    jsonb_build_object('carrier', carrier, 'tracking_code', tracking_code, 'at', :at!::timestamptz), now()\n  FROM noted JOIN moved ON moved.order_id = noted.id\n), told AS (\n  INSERT INTO outbox (order_id, kind) SELECT id, 'delivered' FROM noted WHERE :is_end!::bool\n)\nSELECT\n  EXISTS (SELECT FROM noted) AS \"recorded!\",\n  EXISTS (SELECT FROM shipments WHERE provider_id = :provider_id!) AS \"known!\""};

/**
 * Query generated from SQL:
 * ```
 * WITH moved AS (
 *   UPDATE shipments
 *   SET tracking_status = :tracking_status!, tracking_updated_at = :at!::timestamptz, updated_at = now(),
 *     delivered_at = CASE WHEN :tracking_status! = 'delivered' THEN :at!::timestamptz END
 *   WHERE provider_id = :provider_id! AND status <> 'cancelled' AND tracking_status = ANY(:before!::text[])
 *   RETURNING order_id, carrier, tracking_code
 * ), noted AS (
 *   UPDATE orders SET version = version + 1, updated_at = now()
 *   FROM moved
 *   WHERE orders.id = moved.order_id
 *   RETURNING orders.id, orders.version
 * ), event AS (
 *   INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 *   SELECT id, version, :event_type!,
 *     jsonb_build_object('carrier', carrier, 'tracking_code', tracking_code, 'at', :at!::timestamptz), now()
 *   FROM noted JOIN moved ON moved.order_id = noted.id
 * ), told AS (
 *   INSERT INTO outbox (order_id, kind) SELECT id, 'delivered' FROM noted WHERE :is_end!::bool
 * )
 * SELECT
 *   EXISTS (SELECT FROM noted) AS "recorded!",
 *   EXISTS (SELECT FROM shipments WHERE provider_id = :provider_id!) AS "known!"
 * ```
 */
export const recordTracking = new PreparedQuery<IRecordTrackingParams,IRecordTrackingResult>(recordTrackingIR);


/** 'TellDelivered' parameters type */
export interface ITellDeliveredParams {
  order_id: string;
}

/** 'TellDelivered' return type */
export type ITellDeliveredResult = void;

/** 'TellDelivered' query type */
export interface ITellDeliveredQuery {
  params: ITellDeliveredParams;
  result: ITellDeliveredResult;
}

const tellDeliveredIR: any = {"usedParamSet":{"order_id":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":44,"b":53}]}],"statement":"INSERT INTO outbox (order_id, kind) VALUES (:order_id!, 'delivered')"};

/**
 * Query generated from SQL:
 * ```
 * INSERT INTO outbox (order_id, kind) VALUES (:order_id!, 'delivered')
 * ```
 */
export const tellDelivered = new PreparedQuery<ITellDeliveredParams,ITellDeliveredResult>(tellDeliveredIR);


/** 'RecordOverdue' parameters type */
export interface IRecordOverdueParams {
  event_data: Json;
  event_type: string;
  order_id: string;
}

/** 'RecordOverdue' return type */
export interface IRecordOverdueResult {
  sequence: number;
}

/** 'RecordOverdue' query type */
export interface IRecordOverdueQuery {
  params: IRecordOverdueParams;
  result: IRecordOverdueResult;
}

const recordOverdueIR: any = {"usedParamSet":{"order_id":true,"event_type":true,"event_data":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":182,"b":191},{"a":260,"b":269}]},{"name":"event_type","required":true,"transform":{"type":"scalar"},"locs":[{"a":282,"b":293},{"a":469,"b":480}]},{"name":"event_data","required":true,"transform":{"type":"scalar"},"locs":[{"a":483,"b":494}]}],"statement":"-- Once a week, less what the daily checks may drift; a step that is run twice tells once.\nWITH noted AS (\n  UPDATE orders SET version = version + 1, updated_at = now()\n  WHERE id = :order_id! AND NOT EXISTS (\n    SELECT FROM order_events\n    WHERE order_id = :order_id! AND type = :event_type! AND occurred_at > now() - interval '6 days 12 hours'\n  )\n  RETURNING id, version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, :event_type!, :event_data!::jsonb, now() FROM noted\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * -- Once a week, less what the daily checks may drift; a step that is run twice tells once.
 * WITH noted AS (
 *   UPDATE orders SET version = version + 1, updated_at = now()
 *   WHERE id = :order_id! AND NOT EXISTS (
 *     SELECT FROM order_events
 *     WHERE order_id = :order_id! AND type = :event_type! AND occurred_at > now() - interval '6 days 12 hours'
 *   )
 *   RETURNING id, version
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM noted
 * RETURNING sequence
 * ```
 */
export const recordOverdue = new PreparedQuery<IRecordOverdueParams,IRecordOverdueResult>(recordOverdueIR);


/** 'AdoptParcel' parameters type */
export interface IAdoptParcelParams {
  carrier?: string | null | void;
  order_id: string;
  provider_id: string;
  rate_id: string;
  service?: string | null | void;
}

/** 'AdoptParcel' return type */
export type IAdoptParcelResult = void;

/** 'AdoptParcel' query type */
export interface IAdoptParcelQuery {
  params: IAdoptParcelParams;
  result: IAdoptParcelResult;
}

const adoptParcelIR: any = {"usedParamSet":{"order_id":true,"provider_id":true,"rate_id":true,"carrier":true,"service":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":113,"b":122}]},{"name":"provider_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":125,"b":137}]},{"name":"rate_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":151,"b":159}]},{"name":"carrier","required":false,"transform":{"type":"scalar"},"locs":[{"a":162,"b":169}]},{"name":"service","required":false,"transform":{"type":"scalar"},"locs":[{"a":172,"b":179}]}],"statement":"INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)\nVALUES (:order_id!, :provider_id!, 'booking', :rate_id!, :carrier, :service, now(), now())\nON CONFLICT (order_id) DO UPDATE\nSET provider_id = excluded.provider_id, rate_id = excluded.rate_id, carrier = excluded.carrier,\n  service = excluded.service, updated_at = excluded.updated_at\nWHERE shipments.status = 'booking'"};

/**
 * Query generated from SQL:
 * ```
 * INSERT INTO shipments (order_id, provider_id, status, rate_id, carrier, service, created_at, updated_at)
 * VALUES (:order_id!, :provider_id!, 'booking', :rate_id!, :carrier, :service, now(), now())
 * ON CONFLICT (order_id) DO UPDATE
 * SET provider_id = excluded.provider_id, rate_id = excluded.rate_id, carrier = excluded.carrier,
 *   service = excluded.service, updated_at = excluded.updated_at
 * WHERE shipments.status = 'booking'
 * ```
 */
export const adoptParcel = new PreparedQuery<IAdoptParcelParams,IAdoptParcelResult>(adoptParcelIR);


