/** Types generated for queries found in "oms/src/payments/payments.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** 'RecordEntry' parameters type */
export interface IRecordEntryParams {
  amount: number;
  currency: string;
  event_data: Json;
  event_type: string;
  from?: string | null | void;
  idempotency_key: string;
  intent_id?: string | null | void;
  kind: string;
  order_id: string;
  provider_id?: string | null | void;
  stage?: string | null | void;
}

/** 'RecordEntry' return type */
export interface IRecordEntryResult {
  sequence: number;
}

/** 'RecordEntry' query type */
export interface IRecordEntryQuery {
  params: IRecordEntryParams;
  result: IRecordEntryResult;
}

const recordEntryIR: any = {"usedParamSet":{"order_id":true,"kind":true,"amount":true,"currency":true,"provider_id":true,"intent_id":true,"idempotency_key":true,"from":true,"stage":true,"event_type":true,"event_data":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":51,"b":60}]},{"name":"kind","required":true,"transform":{"type":"scalar"},"locs":[{"a":227,"b":232}]},{"name":"amount","required":true,"transform":{"type":"scalar"},"locs":[{"a":235,"b":242}]},{"name":"currency","required":true,"transform":{"type":"scalar"},"locs":[{"a":245,"b":254}]},{"name":"provider_id","required":false,"transform":{"type":"scalar"},"locs":[{"a":257,"b":268}]},{"name":"intent_id","required":false,"transform":{"type":"scalar"},"locs":[{"a":271,"b":280}]},{"name":"idempotency_key","required":true,"transform":{"type":"scalar"},"locs":[{"a":283,"b":299}]},{"name":"from","required":false,"transform":{"type":"scalar"},"locs":[{"a":553,"b":557},{"a":685,"b":689},{"a":771,"b":775},{"a":859,"b":863},{"a":948,"b":952},{"a":1032,"b":1036},{"a":1114,"b":1118}]},{"name":"stage","required":false,"transform":{"type":"scalar"},"locs":[{"a":570,"b":575}]},{"name":"event_type","required":true,"transform":{"type":"scalar"},"locs":[{"a":1338,"b":1349}]},{"name":"event_data","required":true,"transform":{"type":"scalar"},"locs":[{"a":1352,"b":1363}]}],"statement":"WITH noted AS (\n  SELECT id FROM orders WHERE id = :order_id! FOR UPDATE\n), entry AS (\n  INSERT INTO payment_entries (\n    order_id, kind, amount, currency, provider_id, intent_id, idempotency_key, recorded_at\n  )\n  SELECT id, :kind!, :amount!, :currency!, :provider_id, :intent_id, :idempotency_key!, now() FROM noted\n  ON CONFLICT (order_id, kind) DO NOTHING\n  RETURNING order_id\n), advanced AS (\n  -- The fact is kept whatever became of the order meanwhile; the stage moves only from where it belongs.\n  UPDATE orders\n  SET stage = CASE WHEN stage = :from::text THEN :stage::text ELSE stage END,\n    version = version + 1, updated_at = now(),\n    attention_code = CASE WHEN stage = :from::text THEN NULL ELSE attention_code END,\n    attention_step = CASE WHEN stage = :from::text THEN NULL ELSE attention_step END,\n    attention_detail = CASE WHEN stage = :from::text THEN NULL ELSE attention_detail END,\n    attention_since = CASE WHEN stage = :from::text THEN NULL ELSE attention_since END,\n    waiting_for = CASE WHEN stage = :from::text THEN NULL ELSE waiting_for END,\n    waiting_since = CASE WHEN stage = :from::text THEN NULL ELSE waiting_since END\n  FROM entry\n  WHERE orders.id = entry.order_id\n  RETURNING orders.id, orders.version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, :event_type!, :event_data!::jsonb, now() FROM advanced\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH noted AS (
 *   SELECT id FROM orders WHERE id = :order_id! FOR UPDATE
 * ), entry AS (
 *   INSERT INTO payment_entries (
 *     order_id, kind, amount, currency, provider_id, intent_id, idempotency_key, recorded_at
 *   )
 *   SELECT id, :kind!, :amount!, :currency!, :provider_id, :intent_id, :idempotency_key!, now() FROM noted
 *   ON CONFLICT (order_id, kind) DO NOTHING
 *   RETURNING order_id
 * ), advanced AS (
 *   -- The fact is kept whatever became of the order meanwhile; the stage moves only from where it belongs.
 *   UPDATE orders
 *   SET stage = CASE WHEN stage = :from::text THEN :stage::text ELSE stage END,
 *     version = version + 1, updated_at = now(),
 *     attention_code = CASE WHEN stage = :from::text THEN NULL ELSE attention_code END,
 *     attention_step = CASE WHEN stage = :from::text THEN NULL ELSE attention_step END,
 *     attention_detail = CASE WHEN stage = :from::text THEN NULL ELSE attention_detail END,
 *     attention_since = CASE WHEN stage = :from::text THEN NULL ELSE attention_since END,
 *     waiting_for = CASE WHEN stage = :from::text THEN NULL ELSE waiting_for END,
 *     waiting_since = CASE WHEN stage = :from::text THEN NULL ELSE waiting_since END
 *   FROM entry
 *   WHERE orders.id = entry.order_id
 *   RETURNING orders.id, orders.version
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM advanced
 * RETURNING sequence
 * ```
 */
export const recordEntry = new PreparedQuery<IRecordEntryParams,IRecordEntryResult>(recordEntryIR);


