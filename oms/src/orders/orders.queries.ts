/** Types generated for queries found in "oms/src/orders/orders.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type DateOrString = Date | string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type booleanArray = (boolean)[];

export type numberArray = (number)[];

export type stringArray = (string)[];

/** 'AcceptOrder' parameters type */
export interface IAcceptOrderParams {
  agreed: booleanArray;
  answer_body: string;
  answer_etag?: string | null | void;
  answer_status: number;
  created_at: DateOrString;
  currency: string;
  customer_id?: string | null | void;
  event_data: Json;
  id: string;
  idempotency_key: string;
  payment_method: string;
  quantities: numberArray;
  request_hash: string;
  request_id?: string | null | void;
  shipping_address: Json;
  skus: stringArray;
  slot: number;
  total_amount: number;
  traceparent?: string | null | void;
  unit_prices: numberArray;
}

/** 'AcceptOrder' return type */
export interface IAcceptOrderResult {
  accepted: boolean;
  customer_known: boolean;
}

/** 'AcceptOrder' query type */
export interface IAcceptOrderQuery {
  params: IAcceptOrderParams;
  result: IAcceptOrderResult;
}

const acceptOrderIR: any = {"usedParamSet":{"skus":true,"quantities":true,"unit_prices":true,"agreed":true,"currency":true,"customer_id":true,"idempotency_key":true,"request_hash":true,"answer_status":true,"answer_etag":true,"answer_body":true,"id":true,"slot":true,"total_amount":true,"shipping_address":true,"payment_method":true,"traceparent":true,"request_id":true,"created_at":true,"event_data":true},"params":[{"name":"skus","required":true,"transform":{"type":"scalar"},"locs":[{"a":82,"b":87}]},{"name":"quantities","required":true,"transform":{"type":"scalar"},"locs":[{"a":98,"b":109}]},{"name":"unit_prices","required":true,"transform":{"type":"scalar"},"locs":[{"a":119,"b":131}]},{"name":"agreed","required":true,"transform":{"type":"scalar"},"locs":[{"a":141,"b":148}]},{"name":"currency","required":true,"transform":{"type":"scalar"},"locs":[{"a":390,"b":399},{"a":1153,"b":1162}]},{"name":"customer_id","required":false,"transform":{"type":"scalar"},"locs":[{"a":494,"b":505},{"a":565,"b":576},{"a":1116,"b":1127}]},{"name":"idempotency_key","required":true,"transform":{"type":"scalar"},"locs":[{"a":710,"b":726}]},{"name":"request_hash","required":true,"transform":{"type":"scalar"},"locs":[{"a":729,"b":742}]},{"name":"answer_status","required":true,"transform":{"type":"scalar"},"locs":[{"a":745,"b":759}]},{"name":"answer_etag","required":false,"transform":{"type":"scalar"},"locs":[{"a":762,"b":773}]},{"name":"answer_body","required":true,"transform":{"type":"scalar"},"locs":[{"a":776,"b":788}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":1102,"b":1105}]},{"name":"slot","required":true,"transform":{"type":"scalar"},"locs":[{"a":1108,"b":1113}]},{"name":"total_amount","required":true,"transform":{"type":"scalar"},"locs":[{"a":1165,"b":1178}]},{"name":"shipping_address","required":true,"transform":{"type":"scalar"},"locs":[{"a":1185,"b":1202}]},{"name":"payment_method","required":true,"transform":{"type":"scalar"},"locs":[{"a":1212,"b":1227}]},{"name":"traceparent","required":false,"transform":{"type":"scalar"},"locs":[{"a":1230,"b":1241}]},{"name":"request_id","required":false,"transform":{"type":"scalar"},"locs":[{"a":1244,"b":1254}]},{"name":"created_at","required":true,"transform":{"type":"scalar"},"locs":[{"a":1261,"b":1272},{"a":1288,"b":1299},{"a":1678,"b":1689}]},{"name":"event_data","required":true,"transform":{"type":"scalar"},"locs":[{"a":1657,"b":1668}]}],"statement":"WITH wanted AS (\n  SELECT number, sku, quantity, unit_price, agreed\n  FROM unnest(:skus!::text[], :quantities!::int[], :unit_prices!::int[], :agreed!::bool[])\n    WITH ORDINALITY AS line (sku, quantity, unit_price, agreed, number)\n), faults AS (\n  SELECT\n  FROM wanted AS line\n  LEFT JOIN products AS product ON product.sku = line.sku\n  WHERE product.sku IS NULL\n    OR product.currency <> :currency!\n    OR (NOT line.agreed AND product.unit_price <> line.unit_price)\n), customer AS (\n  SELECT :customer_id::text IS NULL OR EXISTS (SELECT FROM customers WHERE id = :customer_id) AS known\n), claimed AS (\n  INSERT INTO idempotency_keys (operation, key, request_hash, status, etag, body)\n  SELECT 'createOrder', :idempotency_key!, :request_hash!, :answer_status!, :answer_etag, :answer_body!\n  FROM customer\n  WHERE known AND NOT EXISTS (SELECT FROM faults)\n  ON CONFLICT DO NOTHING\n  RETURNING key\n), accepted AS (\n  INSERT INTO orders (\n    id, slot, customer_id, status, stage, currency, total_amount, shipping_address, payment_method,\n    traceparent, request_id, created_at, updated_at\n  )\n  SELECT :id!, :slot!, :customer_id, 'pending', 'accepted', :currency!, :total_amount!,\n    :shipping_address!::jsonb, :payment_method!, :traceparent, :request_id,\n    :created_at!::timestamptz, :created_at!::timestamptz\n  FROM claimed\n  RETURNING id\n), lines AS (\n  INSERT INTO order_lines (order_id, number, sku, quantity, unit_price)\n  SELECT accepted.id, wanted.number, wanted.sku, wanted.quantity, wanted.unit_price FROM accepted, wanted\n), event AS (\n  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)\n  SELECT id, 1, 'order.accepted', :event_data!::jsonb, :created_at!::timestamptz FROM accepted\n), start AS (\n  INSERT INTO outbox (order_id, kind) SELECT id, 'start' FROM accepted\n)\nSELECT\n  EXISTS (SELECT FROM accepted) AS \"accepted!\",\n  (SELECT known FROM customer) AS \"customer_known!\""};

/**
 * Query generated from SQL:
 * ```
 * WITH wanted AS (
 *   SELECT number, sku, quantity, unit_price, agreed
 *   FROM unnest(:skus!::text[], :quantities!::int[], :unit_prices!::int[], :agreed!::bool[])
 *     WITH ORDINALITY AS line (sku, quantity, unit_price, agreed, number)
 * ), faults AS (
 *   SELECT
 *   FROM wanted AS line
 *   LEFT JOIN products AS product ON product.sku = line.sku
 *   WHERE product.sku IS NULL
 *     OR product.currency <> :currency!
 *     OR (NOT line.agreed AND product.unit_price <> line.unit_price)
 * ), customer AS (
 *   SELECT :customer_id::text IS NULL OR EXISTS (SELECT FROM customers WHERE id = :customer_id) AS known
 * ), claimed AS (
 *   INSERT INTO idempotency_keys (operation, key, request_hash, status, etag, body)
 *   SELECT 'createOrder', :idempotency_key!, :request_hash!, :answer_status!, :answer_etag, :answer_body!
 *   FROM customer
 *   WHERE known AND NOT EXISTS (SELECT FROM faults)
 *   ON CONFLICT DO NOTHING
 *   RETURNING key
 * ), accepted AS (
 *   INSERT INTO orders (
 *     id, slot, customer_id, status, stage, currency, total_amount, shipping_address, payment_method,
 *     traceparent, request_id, created_at, updated_at
 *   )
 *   SELECT :id!, :slot!, :customer_id, 'pending', 'accepted', :currency!, :total_amount!,
 *     :shipping_address!::jsonb, :payment_method!, :traceparent, :request_id,
 *     :created_at!::timestamptz, :created_at!::timestamptz
 *   FROM claimed
 *   RETURNING id
 * ), lines AS (
 *   INSERT INTO order_lines (order_id, number, sku, quantity, unit_price)
 *   SELECT accepted.id, wanted.number, wanted.sku, wanted.quantity, wanted.unit_price FROM accepted, wanted
 * ), event AS (
 *   INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 *   SELECT id, 1, 'order.accepted', :event_data!::jsonb, :created_at!::timestamptz FROM accepted
 * ), start AS (
 *   INSERT INTO outbox (order_id, kind) SELECT id, 'start' FROM accepted
 * )
 * SELECT
 *   EXISTS (SELECT FROM accepted) AS "accepted!",
 *   (SELECT known FROM customer) AS "customer_known!"
 * ```
 */
export const acceptOrder = new PreparedQuery<IAcceptOrderParams,IAcceptOrderResult>(acceptOrderIR);


/** 'FindOrder' parameters type */
export interface IFindOrderParams {
  id: string;
}

/** 'FindOrder' return type */
export interface IFindOrderResult {
  attention_code: string | null;
  attention_detail: string | null;
  attention_since: Date | null;
  attention_step: string | null;
  cancel_requested_at: Date | null;
  cancellation_code: string | null;
  cancellation_detail: string | null;
  created_at: Date;
  currency: string;
  customer_id: string | null;
  ended_at: Date | null;
  hidden_at: Date | null;
  id: string;
  lines: Json;
  payment_entries: Json | null;
  payment_method: string;
  request_id: string | null;
  shipment: Json | null;
  shipping_address: Json;
  slot: number;
  stage: string;
  status: string;
  total_amount: number;
  traceparent: string | null;
  unwound_from: string | null;
  updated_at: Date;
  version: number;
  waiting_for: string | null;
  way: string;
}

/** 'FindOrder' query type */
export interface IFindOrderQuery {
  params: IFindOrderParams;
  result: IFindOrderResult;
}

const findOrderIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":856,"b":859}]}],"statement":"SELECT\n  id, slot, customer_id, status, stage, unwound_from, way, currency, total_amount, shipping_address, payment_method,\n  cancel_requested_at, cancellation_code, cancellation_detail,\n  attention_code, attention_step, attention_detail, attention_since, waiting_for,\n  version, created_at, updated_at, ended_at, hidden_at, traceparent, request_id,\n  (\n    SELECT jsonb_agg(jsonb_build_object('sku', sku, 'quantity', quantity, 'unit_price', unit_price) ORDER BY number)\n    FROM order_lines WHERE order_id = orders.id\n  ) AS \"lines!\",\n  (\n    SELECT jsonb_agg(jsonb_build_object(\n      'kind', kind, 'amount', amount, 'provider_id', provider_id, 'intent_id', intent_id))\n    FROM payment_entries WHERE order_id = orders.id\n  ) AS payment_entries,\n  (SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id) AS shipment\nFROM orders\nWHERE id = :id!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT
 *   id, slot, customer_id, status, stage, unwound_from, way, currency, total_amount, shipping_address, payment_method,
 *   cancel_requested_at, cancellation_code, cancellation_detail,
 *   attention_code, attention_step, attention_detail, attention_since, waiting_for,
 *   version, created_at, updated_at, ended_at, hidden_at, traceparent, request_id,
 *   (
 *     SELECT jsonb_agg(jsonb_build_object('sku', sku, 'quantity', quantity, 'unit_price', unit_price) ORDER BY number)
 *     FROM order_lines WHERE order_id = orders.id
 *   ) AS "lines!",
 *   (
 *     SELECT jsonb_agg(jsonb_build_object(
 *       'kind', kind, 'amount', amount, 'provider_id', provider_id, 'intent_id', intent_id))
 *     FROM payment_entries WHERE order_id = orders.id
 *   ) AS payment_entries,
 *   (SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id) AS shipment
 * FROM orders
 * WHERE id = :id!
 * ```
 */
export const findOrder = new PreparedQuery<IFindOrderParams,IFindOrderResult>(findOrderIR);


/** 'LockOrder' parameters type */
export interface ILockOrderParams {
  id: string;
}

/** 'LockOrder' return type */
export interface ILockOrderResult {
  attention_code: string | null;
  attention_detail: string | null;
  attention_since: Date | null;
  attention_step: string | null;
  cancel_requested_at: Date | null;
  cancellation_code: string | null;
  cancellation_detail: string | null;
  created_at: Date;
  currency: string;
  customer_id: string | null;
  ended_at: Date | null;
  hidden_at: Date | null;
  id: string;
  payment_method: string;
  request_id: string | null;
  shipping_address: Json;
  slot: number;
  stage: string;
  status: string;
  total_amount: number;
  traceparent: string | null;
  unwound_from: string | null;
  updated_at: Date;
  version: number;
  waiting_for: string | null;
  way: string;
}

/** 'LockOrder' query type */
export interface ILockOrderQuery {
  params: ILockOrderParams;
  result: ILockOrderResult;
}

const lockOrderIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":372,"b":375}]}],"statement":"SELECT\n  id, slot, customer_id, status, stage, unwound_from, way, currency, total_amount, shipping_address, payment_method,\n  cancel_requested_at, cancellation_code, cancellation_detail,\n  attention_code, attention_step, attention_detail, attention_since, waiting_for,\n  version, created_at, updated_at, ended_at, hidden_at, traceparent, request_id\nFROM orders\nWHERE id = :id!\nFOR UPDATE"};

/**
 * Query generated from SQL:
 * ```
 * SELECT
 *   id, slot, customer_id, status, stage, unwound_from, way, currency, total_amount, shipping_address, payment_method,
 *   cancel_requested_at, cancellation_code, cancellation_detail,
 *   attention_code, attention_step, attention_detail, attention_since, waiting_for,
 *   version, created_at, updated_at, ended_at, hidden_at, traceparent, request_id
 * FROM orders
 * WHERE id = :id!
 * FOR UPDATE
 * ```
 */
export const lockOrder = new PreparedQuery<ILockOrderParams,ILockOrderResult>(lockOrderIR);


/** 'ListOrders' parameters type */
export interface IListOrdersParams {
  attention?: boolean | null | void;
  before_id: string;
  customer_id?: string | null | void;
  first_id: string;
  limit: number;
  status?: string | null | void;
  waiting?: boolean | null | void;
}

/** 'ListOrders' return type */
export interface IListOrdersResult {
  attention_code: string | null;
  attention_detail: string | null;
  attention_since: Date | null;
  attention_step: string | null;
  cancel_requested_at: Date | null;
  cancellation_code: string | null;
  cancellation_detail: string | null;
  created_at: Date;
  currency: string;
  customer_id: string | null;
  ended_at: Date | null;
  hidden_at: Date | null;
  id: string;
  payment_entries: Json | null;
  shipment: Json | null;
  stage: string;
  status: string;
  total_amount: number;
  updated_at: Date;
  version: number;
  waiting_for: string | null;
  way: string;
}

/** 'ListOrders' query type */
export interface IListOrdersQuery {
  params: IListOrdersParams;
  result: IListOrdersResult;
}

const listOrdersIR: any = {"usedParamSet":{"status":true,"customer_id":true,"attention":true,"waiting":true,"first_id":true,"before_id":true,"limit":true},"params":[{"name":"status","required":false,"transform":{"type":"scalar"},"locs":[{"a":768,"b":774},{"a":802,"b":808},{"a":894,"b":900},{"a":919,"b":925}]},{"name":"customer_id","required":false,"transform":{"type":"scalar"},"locs":[{"a":988,"b":999},{"a":1032,"b":1043}]},{"name":"attention","required":false,"transform":{"type":"scalar"},"locs":[{"a":1053,"b":1062},{"a":1112,"b":1121}]},{"name":"waiting","required":false,"transform":{"type":"scalar"},"locs":[{"a":1131,"b":1138},{"a":1185,"b":1192}]},{"name":"first_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":1207,"b":1216}]},{"name":"before_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":1227,"b":1237}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":1262,"b":1268}]}],"statement":"SELECT\n  id, customer_id, status, stage, way, currency, total_amount, cancel_requested_at,\n  cancellation_code, cancellation_detail, attention_code, attention_step, attention_detail, attention_since,\n  waiting_for, version, created_at, updated_at, ended_at, hidden_at,\n  -- What is known of an order that a person must look at.\n  CASE WHEN attention_code IS NOT NULL THEN (\n    SELECT jsonb_agg(jsonb_build_object(\n      'kind', kind, 'amount', amount, 'provider_id', provider_id, 'intent_id', intent_id))\n    FROM payment_entries WHERE order_id = orders.id\n  ) END AS payment_entries,\n  CASE WHEN attention_code IS NOT NULL THEN (\n    SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id\n  ) END AS shipment\nFROM orders\nWHERE hidden_at IS NULL\n  AND (:status::text IS NULL OR status = :status)\n  -- Follows from the status; said so that the index of open orders serves.\n  AND (:status::text IS NULL OR :status NOT IN ('pending', 'processing') OR ended_at IS NULL)\n  AND (:customer_id::text IS NULL OR customer_id = :customer_id)\n  AND (:attention::bool IS NULL OR (attention_code IS NOT NULL) = :attention)\n  AND (:waiting::bool IS NULL OR (waiting_for IS NOT NULL) = :waiting)\n  AND id >= :first_id! AND id < :before_id!\nORDER BY id DESC\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT
 *   id, customer_id, status, stage, way, currency, total_amount, cancel_requested_at,
 *   cancellation_code, cancellation_detail, attention_code, attention_step, attention_detail, attention_since,
 *   waiting_for, version, created_at, updated_at, ended_at, hidden_at,
 *   -- What is known of an order that a person must look at.
 *   CASE WHEN attention_code IS NOT NULL THEN (
 *     SELECT jsonb_agg(jsonb_build_object(
 *       'kind', kind, 'amount', amount, 'provider_id', provider_id, 'intent_id', intent_id))
 *     FROM payment_entries WHERE order_id = orders.id
 *   ) END AS payment_entries,
 *   CASE WHEN attention_code IS NOT NULL THEN (
 *     SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id
 *   ) END AS shipment
 * FROM orders
 * WHERE hidden_at IS NULL
 *   AND (:status::text IS NULL OR status = :status)
 *   -- Follows from the status; said so that the index of open orders serves.
 *   AND (:status::text IS NULL OR :status NOT IN ('pending', 'processing') OR ended_at IS NULL)
 *   AND (:customer_id::text IS NULL OR customer_id = :customer_id)
 *   AND (:attention::bool IS NULL OR (attention_code IS NOT NULL) = :attention)
 *   AND (:waiting::bool IS NULL OR (waiting_for IS NOT NULL) = :waiting)
 *   AND id >= :first_id! AND id < :before_id!
 * ORDER BY id DESC
 * LIMIT :limit!
 * ```
 */
export const listOrders = new PreparedQuery<IListOrdersParams,IListOrdersResult>(listOrdersIR);


/** 'ListEvents' parameters type */
export interface IListEventsParams {
  after: number;
  limit: number;
  order_id: string;
}

/** 'ListEvents' return type */
export interface IListEventsResult {
  data: Json;
  occurred_at: Date;
  sequence: number;
  type: string;
}

/** 'ListEvents' query type */
export interface IListEventsQuery {
  params: IListEventsParams;
  result: IListEventsResult;
}

const listEventsIR: any = {"usedParamSet":{"order_id":true,"after":true,"limit":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":76,"b":85}]},{"name":"after","required":true,"transform":{"type":"scalar"},"locs":[{"a":102,"b":108}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":134,"b":140}]}],"statement":"SELECT sequence, type, data, occurred_at\nFROM order_events\nWHERE order_id = :order_id! AND sequence > :after!\nORDER BY sequence\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT sequence, type, data, occurred_at
 * FROM order_events
 * WHERE order_id = :order_id! AND sequence > :after!
 * ORDER BY sequence
 * LIMIT :limit!
 * ```
 */
export const listEvents = new PreparedQuery<IListEventsParams,IListEventsResult>(listEventsIR);


/** 'CheckOrder' parameters type */
export interface ICheckOrderParams {
  id: string;
}

/** 'CheckOrder' return type */
export interface ICheckOrderResult {
  customer_known: boolean;
  lines_amount: number;
  lines_without_product: number;
  total_amount: number;
}

/** 'CheckOrder' query type */
export interface ICheckOrderQuery {
  params: ICheckOrderParams;
  result: ICheckOrderResult;
}

const checkOrderIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":530,"b":533}]}],"statement":"SELECT\n  orders.total_amount,\n  orders.customer_id IS NULL OR EXISTS (SELECT FROM customers WHERE id = orders.customer_id) AS \"customer_known!\",\n  (\n    SELECT sum(quantity::bigint * unit_price) FROM order_lines WHERE order_id = orders.id\n  )::bigint AS \"lines_amount!\",\n  (\n    SELECT count(*) FROM order_lines AS line\n    LEFT JOIN products AS product ON product.sku = line.sku\n    WHERE line.order_id = orders.id AND product.currency IS DISTINCT FROM orders.currency\n  )::int AS \"lines_without_product!\"\nFROM orders\nWHERE id = :id!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT
 *   orders.total_amount,
 *   orders.customer_id IS NULL OR EXISTS (SELECT FROM customers WHERE id = orders.customer_id) AS "customer_known!",
 *   (
 *     SELECT sum(quantity::bigint * unit_price) FROM order_lines WHERE order_id = orders.id
 *   )::bigint AS "lines_amount!",
 *   (
 *     SELECT count(*) FROM order_lines AS line
 *     LEFT JOIN products AS product ON product.sku = line.sku
 *     WHERE line.order_id = orders.id AND product.currency IS DISTINCT FROM orders.currency
 *   )::int AS "lines_without_product!"
 * FROM orders
 * WHERE id = :id!
 * ```
 */
export const checkOrder = new PreparedQuery<ICheckOrderParams,ICheckOrderResult>(checkOrderIR);


/** 'AdvanceOrder' parameters type */
export interface IAdvanceOrderParams {
  event_data: Json;
  event_type: string;
  from: string;
  id: string;
  stage: string;
  status: string;
  way: string;
}

/** 'AdvanceOrder' return type */
export interface IAdvanceOrderResult {
  sequence: number;
}

/** 'AdvanceOrder' query type */
export interface IAdvanceOrderQuery {
  params: IAdvanceOrderParams;
  result: IAdvanceOrderResult;
}

const advanceOrderIR: any = {"usedParamSet":{"stage":true,"status":true,"way":true,"id":true,"from":true,"event_type":true,"event_data":true},"params":[{"name":"stage","required":true,"transform":{"type":"scalar"},"locs":[{"a":49,"b":55}]},{"name":"status","required":true,"transform":{"type":"scalar"},"locs":[{"a":67,"b":74}]},{"name":"way","required":true,"transform":{"type":"scalar"},"locs":[{"a":83,"b":87}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":290,"b":293}]},{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":307,"b":312}]},{"name":"event_type","required":true,"transform":{"type":"scalar"},"locs":[{"a":431,"b":442}]},{"name":"event_data","required":true,"transform":{"type":"scalar"},"locs":[{"a":445,"b":456}]}],"statement":"WITH advanced AS (\n  UPDATE orders\n  SET stage = :stage!, status = :status!, way = :way!, version = version + 1, updated_at = now(),\n    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,\n    waiting_for = NULL, waiting_since = NULL\n  WHERE id = :id! AND stage = :from!\n  RETURNING id, version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, :event_type!, :event_data!::jsonb, now() FROM advanced\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH advanced AS (
 *   UPDATE orders
 *   SET stage = :stage!, status = :status!, way = :way!, version = version + 1, updated_at = now(),
 *     attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
 *     waiting_for = NULL, waiting_since = NULL
 *   WHERE id = :id! AND stage = :from!
 *   RETURNING id, version
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, :event_type!, :event_data!::jsonb, now() FROM advanced
 * RETURNING sequence
 * ```
 */
export const advanceOrder = new PreparedQuery<IAdvanceOrderParams,IAdvanceOrderResult>(advanceOrderIR);


/** 'CompleteOrder' parameters type */
export interface ICompleteOrderParams {
  id: string;
  track: boolean;
}

/** 'CompleteOrder' return type */
export interface ICompleteOrderResult {
  id: string;
  version: number;
}

/** 'CompleteOrder' query type */
export interface ICompleteOrderQuery {
  params: ICompleteOrderParams;
  result: ICompleteOrderResult;
}

const completeOrderIR: any = {"usedParamSet":{"id":true,"track":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":303,"b":306},{"a":801,"b":804},{"a":1157,"b":1160}]},{"name":"track","required":true,"transform":{"type":"scalar"},"locs":[{"a":1289,"b":1295}]}],"statement":"WITH completed AS (\n  UPDATE orders\n  SET stage = 'completed', status = 'completed', version = version + 1, updated_at = now(), ended_at = now(),\n    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,\n    waiting_for = NULL, waiting_since = NULL\n  WHERE id = :id! AND stage = 'captured' AND cancel_requested_at IS NULL\n  RETURNING id, version\n), event AS (\n  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)\n  SELECT id, version, 'order.completed', '{}', now() FROM completed\n), locked AS (\n  SELECT stock.sku, reservation.quantity\n  FROM reservations AS reservation\n  JOIN stock ON stock.sku = reservation.sku\n  -- By the parameter rather than a join: of a small table the planner would read every row.\n  WHERE reservation.order_id = :id! AND EXISTS (SELECT FROM completed)\n  ORDER BY stock.sku\n  FOR UPDATE OF stock\n), sold AS (\n  UPDATE stock\n  SET on_hand = on_hand - locked.quantity, reserved = reserved - locked.quantity,\n    sold = sold + locked.quantity, version = version + 1\n  FROM locked\n  WHERE stock.sku = locked.sku\n), consumed AS (\n  DELETE FROM reservations WHERE order_id = :id! AND EXISTS (SELECT FROM completed)\n), track AS (\n  INSERT INTO outbox (order_id, kind) SELECT id, 'track' FROM completed WHERE :track!::bool\n)\nSELECT id, version FROM completed"};

/**
 * Query generated from SQL:
 * ```
 * WITH completed AS (
 *   UPDATE orders
 *   SET stage = 'completed', status = 'completed', version = version + 1, updated_at = now(), ended_at = now(),
 *     attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
 *     waiting_for = NULL, waiting_since = NULL
 *   WHERE id = :id! AND stage = 'captured' AND cancel_requested_at IS NULL
 *   RETURNING id, version
 * ), event AS (
 *   INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 *   SELECT id, version, 'order.completed', '{}', now() FROM completed
 * ), locked AS (
 *   SELECT stock.sku, reservation.quantity
 *   FROM reservations AS reservation
 *   JOIN stock ON stock.sku = reservation.sku
 *   -- By the parameter rather than a join: of a small table the planner would read every row.
 *   WHERE reservation.order_id = :id! AND EXISTS (SELECT FROM completed)
 *   ORDER BY stock.sku
 *   FOR UPDATE OF stock
 * ), sold AS (
 *   UPDATE stock
 *   SET on_hand = on_hand - locked.quantity, reserved = reserved - locked.quantity,
 *     sold = sold + locked.quantity, version = version + 1
 *   FROM locked
 *   WHERE stock.sku = locked.sku
 * ), consumed AS (
 *   DELETE FROM reservations WHERE order_id = :id! AND EXISTS (SELECT FROM completed)
 * ), track AS (
 *   INSERT INTO outbox (order_id, kind) SELECT id, 'track' FROM completed WHERE :track!::bool
 * )
 * SELECT id, version FROM completed
 * ```
 */
export const completeOrder = new PreparedQuery<ICompleteOrderParams,ICompleteOrderResult>(completeOrderIR);


/** 'RequestCancel' parameters type */
export interface IRequestCancelParams {
  by?: string | null | void;
  code: string;
  detail: string;
  id: string;
  request_id?: string | null | void;
  traceparent?: string | null | void;
}

/** 'RequestCancel' return type */
export interface IRequestCancelResult {
  id: string;
}

/** 'RequestCancel' query type */
export interface IRequestCancelQuery {
  params: IRequestCancelParams;
  result: IRequestCancelResult;
}

const requestCancelIR: any = {"usedParamSet":{"code":true,"detail":true,"id":true,"by":true,"traceparent":true,"request_id":true},"params":[{"name":"code","required":true,"transform":{"type":"scalar"},"locs":[{"a":91,"b":96},{"a":481,"b":486}]},{"name":"detail","required":true,"transform":{"type":"scalar"},"locs":[{"a":121,"b":128},{"a":505,"b":512}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":190,"b":193}]},{"name":"by","required":false,"transform":{"type":"scalar"},"locs":[{"a":527,"b":529}]},{"name":"traceparent","required":false,"transform":{"type":"scalar"},"locs":[{"a":660,"b":671}]},{"name":"request_id","required":false,"transform":{"type":"scalar"},"locs":[{"a":674,"b":684}]}],"statement":"WITH requested AS (\n  UPDATE orders\n  SET cancel_requested_at = now(), cancellation_code = :code!, cancellation_detail = :detail!,\n    version = version + 1, updated_at = now()\n  WHERE id = :id! AND ended_at IS NULL AND cancel_requested_at IS NULL AND stage <> 'unwinding'\n  RETURNING id, version\n), event AS (\n  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)\n  SELECT id, version, 'order.cancel_requested',\n    jsonb_strip_nulls(jsonb_build_object('code', :code!::text, 'detail', :detail!::text, 'by', :by::text)), now()\n  FROM requested\n), wake AS (\n  INSERT INTO outbox (order_id, kind, traceparent, request_id)\n  SELECT id, 'wake', :traceparent, :request_id FROM requested\n)\nSELECT id FROM requested"};

/**
 * Query generated from SQL:
 * ```
 * WITH requested AS (
 *   UPDATE orders
 *   SET cancel_requested_at = now(), cancellation_code = :code!, cancellation_detail = :detail!,
 *     version = version + 1, updated_at = now()
 *   WHERE id = :id! AND ended_at IS NULL AND cancel_requested_at IS NULL AND stage <> 'unwinding'
 *   RETURNING id, version
 * ), event AS (
 *   INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 *   SELECT id, version, 'order.cancel_requested',
 *     jsonb_strip_nulls(jsonb_build_object('code', :code!::text, 'detail', :detail!::text, 'by', :by::text)), now()
 *   FROM requested
 * ), wake AS (
 *   INSERT INTO outbox (order_id, kind, traceparent, request_id)
 *   SELECT id, 'wake', :traceparent, :request_id FROM requested
 * )
 * SELECT id FROM requested
 * ```
 */
export const requestCancel = new PreparedQuery<IRequestCancelParams,IRequestCancelResult>(requestCancelIR);


/** 'BeginUnwinding' parameters type */
export interface IBeginUnwindingParams {
  code: string;
  detail: string;
  id: string;
}

/** 'BeginUnwinding' return type */
export interface IBeginUnwindingResult {
  sequence: number;
}

/** 'BeginUnwinding' query type */
export interface IBeginUnwindingQuery {
  params: IBeginUnwindingParams;
  result: IBeginUnwindingResult;
}

const beginUnwindingIR: any = {"usedParamSet":{"code":true,"detail":true,"id":true},"params":[{"name":"code","required":true,"transform":{"type":"scalar"},"locs":[{"a":199,"b":204}]},{"name":"detail","required":true,"transform":{"type":"scalar"},"locs":[{"a":264,"b":271}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":432,"b":435}]}],"statement":"WITH begun AS (\n  UPDATE orders\n  SET stage = 'unwinding', unwound_from = stage, status = 'processing', version = version + 1, updated_at = now(),\n    cancellation_code = coalesce(cancellation_code, :code!),\n    cancellation_detail = coalesce(cancellation_detail, :detail!),\n    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,\n    waiting_for = NULL, waiting_since = NULL\n  WHERE id = :id! AND ended_at IS NULL AND stage <> 'unwinding'\n  RETURNING id, version, cancellation_code, cancellation_detail\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.unwinding', jsonb_build_object('code', cancellation_code, 'detail', cancellation_detail), now()\nFROM begun\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH begun AS (
 *   UPDATE orders
 *   SET stage = 'unwinding', unwound_from = stage, status = 'processing', version = version + 1, updated_at = now(),
 *     cancellation_code = coalesce(cancellation_code, :code!),
 *     cancellation_detail = coalesce(cancellation_detail, :detail!),
 *     attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
 *     waiting_for = NULL, waiting_since = NULL
 *   WHERE id = :id! AND ended_at IS NULL AND stage <> 'unwinding'
 *   RETURNING id, version, cancellation_code, cancellation_detail
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.unwinding', jsonb_build_object('code', cancellation_code, 'detail', cancellation_detail), now()
 * FROM begun
 * RETURNING sequence
 * ```
 */
export const beginUnwinding = new PreparedQuery<IBeginUnwindingParams,IBeginUnwindingResult>(beginUnwindingIR);


/** 'EndCancelled' parameters type */
export interface IEndCancelledParams {
  id: string;
}

/** 'EndCancelled' return type */
export interface IEndCancelledResult {
  sequence: number;
}

/** 'EndCancelled' query type */
export interface IEndCancelledQuery {
  params: IEndCancelledParams;
  result: IEndCancelledResult;
}

const endCancelledIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":303,"b":306}]}],"statement":"WITH cancelled AS (\n  UPDATE orders\n  SET stage = 'cancelled', status = 'cancelled', version = version + 1, updated_at = now(), ended_at = now(),\n    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,\n    waiting_for = NULL, waiting_since = NULL\n  WHERE id = :id! AND stage = 'unwinding'\n  RETURNING id, version, cancellation_code\n), never_booked AS (\n  UPDATE shipments SET status = 'cancelled', updated_at = now()\n  FROM cancelled\n  WHERE order_id = cancelled.id AND shipments.status = 'booking'\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.cancelled', jsonb_build_object('code', cancellation_code), now() FROM cancelled\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH cancelled AS (
 *   UPDATE orders
 *   SET stage = 'cancelled', status = 'cancelled', version = version + 1, updated_at = now(), ended_at = now(),
 *     attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
 *     waiting_for = NULL, waiting_since = NULL
 *   WHERE id = :id! AND stage = 'unwinding'
 *   RETURNING id, version, cancellation_code
 * ), never_booked AS (
 *   UPDATE shipments SET status = 'cancelled', updated_at = now()
 *   FROM cancelled
 *   WHERE order_id = cancelled.id AND shipments.status = 'booking'
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.cancelled', jsonb_build_object('code', cancellation_code), now() FROM cancelled
 * RETURNING sequence
 * ```
 */
export const endCancelled = new PreparedQuery<IEndCancelledParams,IEndCancelledResult>(endCancelledIR);


/** 'AmendOrder' parameters type */
export interface IAmendOrderParams {
  event_data: Json;
  id: string;
  quantities: numberArray;
  shipping_address: Json;
  skus: stringArray;
  total_amount: number;
  unit_prices: numberArray;
}

/** 'AmendOrder' return type */
export interface IAmendOrderResult {
  sequence: number;
}

/** 'AmendOrder' query type */
export interface IAmendOrderQuery {
  params: IAmendOrderParams;
  result: IAmendOrderResult;
}

const amendOrderIR: any = {"usedParamSet":{"total_amount":true,"shipping_address":true,"id":true,"skus":true,"quantities":true,"unit_prices":true,"event_data":true},"params":[{"name":"total_amount","required":true,"transform":{"type":"scalar"},"locs":[{"a":55,"b":68}]},{"name":"shipping_address","required":true,"transform":{"type":"scalar"},"locs":[{"a":90,"b":107}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":176,"b":179},{"a":264,"b":267},{"a":407,"b":410}]},{"name":"skus","required":true,"transform":{"type":"scalar"},"locs":[{"a":294,"b":299},{"a":461,"b":466}]},{"name":"quantities","required":true,"transform":{"type":"scalar"},"locs":[{"a":477,"b":488}]},{"name":"unit_prices","required":true,"transform":{"type":"scalar"},"locs":[{"a":498,"b":510}]},{"name":"event_data","required":true,"transform":{"type":"scalar"},"locs":[{"a":826,"b":837}]}],"statement":"WITH amended AS (\n  UPDATE orders\n  SET total_amount = :total_amount!, shipping_address = :shipping_address!::jsonb,\n    version = version + 1, updated_at = now()\n  WHERE id = :id!\n  RETURNING id, version\n), removed AS (\n  DELETE FROM order_lines WHERE order_id = :id! AND number > cardinality(:skus!::text[])\n), written AS (\n  INSERT INTO order_lines (order_id, number, sku, quantity, unit_price)\n  SELECT :id!, number, sku, quantity, unit_price\n  FROM unnest(:skus!::text[], :quantities!::int[], :unit_prices!::int[])\n    WITH ORDINALITY AS line (sku, quantity, unit_price, number)\n  ON CONFLICT (order_id, number) DO UPDATE\n  SET sku = excluded.sku, quantity = excluded.quantity, unit_price = excluded.unit_price\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.amended', :event_data!::jsonb, now() FROM amended\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH amended AS (
 *   UPDATE orders
 *   SET total_amount = :total_amount!, shipping_address = :shipping_address!::jsonb,
 *     version = version + 1, updated_at = now()
 *   WHERE id = :id!
 *   RETURNING id, version
 * ), removed AS (
 *   DELETE FROM order_lines WHERE order_id = :id! AND number > cardinality(:skus!::text[])
 * ), written AS (
 *   INSERT INTO order_lines (order_id, number, sku, quantity, unit_price)
 *   SELECT :id!, number, sku, quantity, unit_price
 *   FROM unnest(:skus!::text[], :quantities!::int[], :unit_prices!::int[])
 *     WITH ORDINALITY AS line (sku, quantity, unit_price, number)
 *   ON CONFLICT (order_id, number) DO UPDATE
 *   SET sku = excluded.sku, quantity = excluded.quantity, unit_price = excluded.unit_price
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.amended', :event_data!::jsonb, now() FROM amended
 * RETURNING sequence
 * ```
 */
export const amendOrder = new PreparedQuery<IAmendOrderParams,IAmendOrderResult>(amendOrderIR);


/** 'HideOrder' parameters type */
export interface IHideOrderParams {
  id: string;
}

/** 'HideOrder' return type */
export interface IHideOrderResult {
  sequence: number;
}

/** 'HideOrder' query type */
export interface IHideOrderQuery {
  params: IHideOrderParams;
  result: IHideOrderResult;
}

const hideOrderIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":111,"b":114}]}],"statement":"WITH hidden AS (\n  UPDATE orders SET hidden_at = now(), version = version + 1, updated_at = now()\n  WHERE id = :id! AND ended_at IS NOT NULL AND hidden_at IS NULL\n  RETURNING id, version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.deleted', '{}', now() FROM hidden\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH hidden AS (
 *   UPDATE orders SET hidden_at = now(), version = version + 1, updated_at = now()
 *   WHERE id = :id! AND ended_at IS NOT NULL AND hidden_at IS NULL
 *   RETURNING id, version
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.deleted', '{}', now() FROM hidden
 * RETURNING sequence
 * ```
 */
export const hideOrder = new PreparedQuery<IHideOrderParams,IHideOrderResult>(hideOrderIR);


/** 'ReadForStep' parameters type */
export interface IReadForStepParams {
  id: string;
}

/** 'ReadForStep' return type */
export interface IReadForStepResult {
  attention_step: string | null;
  cancel_requested_at: Date | null;
  cancellation_code: string | null;
  cancellation_detail: string | null;
  created_at: Date;
  currency: string;
  customer_id: string | null;
  id: string;
  payment_entries: Json | null;
  payment_method: string;
  shipment: Json | null;
  shipping_address: Json;
  stage: string;
  total_amount: number;
  unwound_from: string | null;
  way: string;
}

/** 'ReadForStep' query type */
export interface IReadForStepQuery {
  params: IReadForStepParams;
  result: IReadForStepResult;
}

const readForStepIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":634,"b":637}]}],"statement":"SELECT\n  id, customer_id, stage, way, unwound_from, currency, total_amount, shipping_address, payment_method,\n  cancel_requested_at, cancellation_code, cancellation_detail, attention_step, created_at,\n  (\n    SELECT jsonb_agg(jsonb_build_object(\n      'kind', kind, 'amount', amount, 'currency', currency, 'provider_id', provider_id, 'intent_id', intent_id,\n      'idempotency_key', idempotency_key, 'recorded_at', recorded_at) ORDER BY recorded_at)\n    FROM payment_entries WHERE order_id = orders.id\n  ) AS payment_entries,\n  (SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id) AS shipment\nFROM orders\nWHERE id = :id!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT
 *   id, customer_id, stage, way, unwound_from, currency, total_amount, shipping_address, payment_method,
 *   cancel_requested_at, cancellation_code, cancellation_detail, attention_step, created_at,
 *   (
 *     SELECT jsonb_agg(jsonb_build_object(
 *       'kind', kind, 'amount', amount, 'currency', currency, 'provider_id', provider_id, 'intent_id', intent_id,
 *       'idempotency_key', idempotency_key, 'recorded_at', recorded_at) ORDER BY recorded_at)
 *     FROM payment_entries WHERE order_id = orders.id
 *   ) AS payment_entries,
 *   (SELECT to_jsonb(shipments) FROM shipments WHERE order_id = orders.id) AS shipment
 * FROM orders
 * WHERE id = :id!
 * ```
 */
export const readForStep = new PreparedQuery<IReadForStepParams,IReadForStepResult>(readForStepIR);


