/** Types generated for queries found in "oms/src/orders/attention.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** 'AskForAttention' parameters type */
export interface IAskForAttentionParams {
  code: string;
  detail: string;
  id: string;
  step?: string | null | void;
  waiting_for?: string | null | void;
}

/** 'AskForAttention' return type */
export interface IAskForAttentionResult {
  sequence: number;
}

/** 'AskForAttention' query type */
export interface IAskForAttentionQuery {
  params: IAskForAttentionParams;
  result: IAskForAttentionResult;
}

const askForAttentionIR: any = {"usedParamSet":{"code":true,"step":true,"detail":true,"waiting_for":true,"id":true},"params":[{"name":"code","required":true,"transform":{"type":"scalar"},"locs":[{"a":55,"b":60},{"a":507,"b":512},{"a":763,"b":768},{"a":935,"b":940}]},{"name":"step","required":false,"transform":{"type":"scalar"},"locs":[{"a":80,"b":84},{"a":180,"b":184},{"a":515,"b":519},{"a":771,"b":775},{"a":957,"b":961}]},{"name":"detail","required":true,"transform":{"type":"scalar"},"locs":[{"a":106,"b":113},{"a":522,"b":529},{"a":778,"b":785},{"a":980,"b":987}]},{"name":"waiting_for","required":false,"transform":{"type":"scalar"},"locs":[{"a":258,"b":269},{"a":298,"b":309},{"a":669,"b":680}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":404,"b":407},{"a":625,"b":628}]}],"statement":"WITH asked AS (\n  UPDATE orders\n  SET attention_code = :code!, attention_step = :step, attention_detail = :detail!,\n    attention_since = CASE WHEN attention_step IS DISTINCT FROM :step THEN now() ELSE coalesce(attention_since, now()) END,\n    waiting_for = :waiting_for, waiting_since = CASE WHEN :waiting_for::text IS NOT NULL THEN now() END,\n    version = version + 1, updated_at = now()\n  WHERE id = :id! AND ended_at IS NULL\n    AND (attention_code, attention_step, attention_detail) IS DISTINCT FROM (:code!, :step, :detail!)\n  RETURNING id, version\n), again AS (\n  UPDATE orders SET waiting_since = now()\n  WHERE id = :id! AND ended_at IS NULL AND waiting_for = :waiting_for\n    AND (attention_code, attention_step, attention_detail) IS NOT DISTINCT FROM (:code!, :step, :detail!)\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.attention_asked',\n  jsonb_build_object('code', :code!::text, 'step', :step::text, 'detail', :detail!::text), now()\nFROM asked\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH asked AS (
 *   UPDATE orders
 *   SET attention_code = :code!, attention_step = :step, attention_detail = :detail!,
 *     attention_since = CASE WHEN attention_step IS DISTINCT FROM :step THEN now() ELSE coalesce(attention_since, now()) END,
 *     waiting_for = :waiting_for, waiting_since = CASE WHEN :waiting_for::text IS NOT NULL THEN now() END,
 *     version = version + 1, updated_at = now()
 *   WHERE id = :id! AND ended_at IS NULL
 *     AND (attention_code, attention_step, attention_detail) IS DISTINCT FROM (:code!, :step, :detail!)
 *   RETURNING id, version
 * ), again AS (
 *   UPDATE orders SET waiting_since = now()
 *   WHERE id = :id! AND ended_at IS NULL AND waiting_for = :waiting_for
 *     AND (attention_code, attention_step, attention_detail) IS NOT DISTINCT FROM (:code!, :step, :detail!)
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.attention_asked',
 *   jsonb_build_object('code', :code!::text, 'step', :step::text, 'detail', :detail!::text), now()
 * FROM asked
 * RETURNING sequence
 * ```
 */
export const askForAttention = new PreparedQuery<IAskForAttentionParams,IAskForAttentionResult>(askForAttentionIR);


/** 'RecordMend' parameters type */
export interface IRecordMendParams {
  event_data: Json;
  event_type: string;
  id: string;
  is_done: boolean;
  request_id?: string | null | void;
  traceparent?: string | null | void;
}

/** 'RecordMend' return type */
export interface IRecordMendResult {
  sequence: number;
}

/** 'RecordMend' query type */
export interface IRecordMendQuery {
  params: IRecordMendParams;
  result: IRecordMendResult;
}

const recordMendIR: any = {"usedParamSet":{"is_done":true,"id":true,"traceparent":true,"request_id":true,"event_type":true,"event_data":true},"params":[{"name":"is_done","required":true,"transform":{"type":"scalar"},"locs":[{"a":113,"b":121},{"a":195,"b":203},{"a":273,"b":281},{"a":352,"b":360},{"a":426,"b":434},{"a":498,"b":506}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":554,"b":557}]},{"name":"traceparent","required":false,"transform":{"type":"scalar"},"locs":[{"a":711,"b":722}]},{"name":"request_id","required":false,"transform":{"type":"scalar"},"locs":[{"a":725,"b":735}]},{"name":"event_type","required":true,"transform":{"type":"scalar"},"locs":[{"a":842,"b":853}]},{"name":"event_data","required":true,"transform":{"type":"scalar"},"locs":[{"a":856,"b":867}]}],"statement":"WITH mended AS (\n  UPDATE orders\n  SET version = version + 1, updated_at = now(),\n    attention_code = CASE WHEN :is_done!::bool THEN NULL ELSE attention_code END,\n    attention_step = CASE WHEN :is_done! THEN NULL ELSE attention_step END,\n    attention_detail = CASE WHEN :is_done! THEN NULL ELSE attention_detail END,\n    attention_since = CASE WHEN :is_done! THEN NULL ELSE attention_since END,\n    waiting_for = CASE WHEN :is_done! THEN NULL ELSE waiting_for END,\n    waiting_since = CASE WHEN :is_done! THEN NULL ELSE waiting_since END\n  WHERE id = :id! AND attention_code IS NOT NULL\n  RETURNING id, version\n), wake AS (\n  INSERT INTO outbox (order_id, kind, traceparent, request_id)\n  SELECT id, 'wake', :traceparent, :request_id FROM mended\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, :event_type!, :event_data!::jsonb, now() FROM mended\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH mended AS (
 *   UPDATE orders
 *   SET version = version + 1, updated_at = now(),
 *     attention_code = CASE WHEN :is_done!::bool THEN NULL ELSE attention_code END,
 *     attention_step = CASE WHEN :is_done! THEN NULL ELSE attention_step END,
 *     attention_detail = CASE WHEN :is_done! THEN NULL ELSE attention_detail END,
 *     attention_since = CASE WHEN :is_done! THEN NULL ELSE attention_since END,
 *     waiting_for = CASE WHEN :is_done! THEN NULL ELSE waiting_for END,
 *     waiting_since = CASE WHEN :is_done! THEN NULL ELSE waiting_since END
 *   WHERE id = :id! AND attention_code IS NOT NULL
 *   RETURNING id, version
 * ), wake AS (
 *   INSERT INTO outbox (order_id, kind, traceparent, request_id)
 *   SELECT id, 'wake', :traceparent, :request_id FROM mended
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM mended
 * RETURNING sequence
 * ```
 */
export const recordMend = new PreparedQuery<IRecordMendParams,IRecordMendResult>(recordMendIR);


