/** Types generated for queries found in "oms/src/verify/verify.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type DateOrString = Date | string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type stringArray = (string)[];

/** 'CountOrders' parameters type */
export type ICountOrdersParams = void;

/** 'CountOrders' return type */
export interface ICountOrdersResult {
  attention: number;
  cancelled: number;
  completed: number;
  events: number;
  in_flight: number;
  keys: number;
  orders: number;
  skus: number;
}

/** 'CountOrders' query type */
export interface ICountOrdersQuery {
  params: ICountOrdersParams;
  result: ICountOrdersResult;
}

const countOrdersIR: any = {"usedParamSet":{},"params":[],"statement":"SELECT\n  count(*)::int AS \"orders!\",\n  (count(*) FILTER (WHERE status = 'completed'))::int AS \"completed!\",\n  (count(*) FILTER (WHERE status = 'cancelled'))::int AS \"cancelled!\",\n  (count(*) FILTER (WHERE ended_at IS NULL AND attention_code IS NULL))::int AS \"in_flight!\",\n  (count(*) FILTER (WHERE attention_code IS NOT NULL))::int AS \"attention!\",\n  (SELECT count(*) FROM stock)::int AS \"skus!\",\n  (SELECT count(*) FROM order_events)::int AS \"events!\",\n  (SELECT count(*) FROM idempotency_keys WHERE operation = 'createOrder')::int AS \"keys!\"\nFROM orders"};

/**
 * Query generated from SQL:
 * ```
 * SELECT
 *   count(*)::int AS "orders!",
 *   (count(*) FILTER (WHERE status = 'completed'))::int AS "completed!",
 *   (count(*) FILTER (WHERE status = 'cancelled'))::int AS "cancelled!",
 *   (count(*) FILTER (WHERE ended_at IS NULL AND attention_code IS NULL))::int AS "in_flight!",
 *   (count(*) FILTER (WHERE attention_code IS NOT NULL))::int AS "attention!",
 *   (SELECT count(*) FROM stock)::int AS "skus!",
 *   (SELECT count(*) FROM order_events)::int AS "events!",
 *   (SELECT count(*) FROM idempotency_keys WHERE operation = 'createOrder')::int AS "keys!"
 * FROM orders
 * ```
 */
export const countOrders = new PreparedQuery<ICountOrdersParams,ICountOrdersResult>(countOrdersIR);


/** 'FindStateFaults' parameters type */
export interface IFindStateFaultsParams {
  limit: number;
  stages: stringArray;
  statuses: stringArray;
}

/** 'FindStateFaults' return type */
export interface IFindStateFaultsResult {
  ended_at: Date | null;
  id: string;
  stage: string;
  status: string;
}

/** 'FindStateFaults' query type */
export interface IFindStateFaultsQuery {
  params: IFindStateFaultsParams;
  result: IFindStateFaultsResult;
}

const findStateFaultsIR: any = {"usedParamSet":{"stages":true,"statuses":true,"limit":true},"params":[{"name":"stages","required":true,"transform":{"type":"scalar"},"locs":[{"a":92,"b":99}]},{"name":"statuses","required":true,"transform":{"type":"scalar"},"locs":[{"a":110,"b":119}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":341,"b":347}]}],"statement":"SELECT orders.id, orders.status, orders.stage, orders.ended_at\nFROM orders\nLEFT JOIN unnest(:stages!::text[], :statuses!::text[]) AS rule (stage, status) ON rule.stage = orders.stage\nWHERE rule.status IS DISTINCT FROM orders.status\n  OR (orders.ended_at IS NOT NULL) <> (orders.status IN ('completed', 'cancelled'))\nORDER BY orders.id\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT orders.id, orders.status, orders.stage, orders.ended_at
 * FROM orders
 * LEFT JOIN unnest(:stages!::text[], :statuses!::text[]) AS rule (stage, status) ON rule.stage = orders.stage
 * WHERE rule.status IS DISTINCT FROM orders.status
 *   OR (orders.ended_at IS NOT NULL) <> (orders.status IN ('completed', 'cancelled'))
 * ORDER BY orders.id
 * LIMIT :limit!
 * ```
 */
export const findStateFaults = new PreparedQuery<IFindStateFaultsParams,IFindStateFaultsResult>(findStateFaultsIR);


/** 'FindLost' parameters type */
export interface IFindLostParams {
  carried: stringArray;
  limit: number;
}

/** 'FindLost' return type */
export interface IFindLostResult {
  id: string;
  stage: string;
  updated_at: Date;
}

/** 'FindLost' query type */
export interface IFindLostQuery {
  params: IFindLostParams;
  result: IFindLostResult;
}

const findLostIR: any = {"usedParamSet":{"carried":true,"limit":true},"params":[{"name":"carried","required":true,"transform":{"type":"scalar"},"locs":[{"a":181,"b":189}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":218,"b":224}]}],"statement":"SELECT id, stage, updated_at\nFROM orders\nWHERE ended_at IS NULL\n  AND attention_code IS NULL\n  AND NOT EXISTS (SELECT FROM outbox WHERE outbox.order_id = orders.id)\n  AND id <> ALL(:carried!::text[])\nORDER BY id\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT id, stage, updated_at
 * FROM orders
 * WHERE ended_at IS NULL
 *   AND attention_code IS NULL
 *   AND NOT EXISTS (SELECT FROM outbox WHERE outbox.order_id = orders.id)
 *   AND id <> ALL(:carried!::text[])
 * ORDER BY id
 * LIMIT :limit!
 * ```
 */
export const findLost = new PreparedQuery<IFindLostParams,IFindLostResult>(findLostIR);


/** 'FindTotalFaults' parameters type */
export interface IFindTotalFaultsParams {
  limit: number;
}

/** 'FindTotalFaults' return type */
export interface IFindTotalFaultsResult {
  id: string;
  lines_amount: number;
  total_amount: number;
}

/** 'FindTotalFaults' query type */
export interface IFindTotalFaultsQuery {
  params: IFindTotalFaultsParams;
  result: IFindTotalFaultsResult;
}

const findTotalFaultsIR: any = {"usedParamSet":{"limit":true},"params":[{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":361,"b":367}]}],"statement":"SELECT orders.id, orders.total_amount, coalesce(sum(line.quantity::bigint * line.unit_price), 0)::bigint AS \"lines_amount!\"\nFROM orders\nLEFT JOIN order_lines AS line ON line.order_id = orders.id\nWHERE orders.status = 'completed'\nGROUP BY orders.id\nHAVING orders.total_amount <> coalesce(sum(line.quantity::bigint * line.unit_price), 0)\nORDER BY orders.id\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT orders.id, orders.total_amount, coalesce(sum(line.quantity::bigint * line.unit_price), 0)::bigint AS "lines_amount!"
 * FROM orders
 * LEFT JOIN order_lines AS line ON line.order_id = orders.id
 * WHERE orders.status = 'completed'
 * GROUP BY orders.id
 * HAVING orders.total_amount <> coalesce(sum(line.quantity::bigint * line.unit_price), 0)
 * ORDER BY orders.id
 * LIMIT :limit!
 * ```
 */
export const findTotalFaults = new PreparedQuery<IFindTotalFaultsParams,IFindTotalFaultsResult>(findTotalFaultsIR);


/** 'ReadEnded' parameters type */
export interface IReadEndedParams {
  after: string;
  ended_before?: DateOrString | null | void;
  limit: number;
}

/** 'ReadEnded' return type */
export interface IReadEndedResult {
  currency: string;
  entries: Json | null;
  id: string;
  shipment_id: string | null;
  shipment_status: string | null;
  status: string;
  total_amount: number;
  tracking_code: string | null;
}

/** 'ReadEnded' query type */
export interface IReadEndedQuery {
  params: IReadEndedParams;
  result: IReadEndedResult;
}

const readEndedIR: any = {"usedParamSet":{"after":true,"ended_before":true,"limit":true},"params":[{"name":"after","required":true,"transform":{"type":"scalar"},"locs":[{"a":518,"b":524}]},{"name":"ended_before","required":false,"transform":{"type":"scalar"},"locs":[{"a":533,"b":545},{"a":589,"b":601}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":629,"b":635}]}],"statement":"SELECT\n  orders.id, orders.status, orders.total_amount, orders.currency,\n  (\n    SELECT jsonb_agg(jsonb_build_object(\n      'kind', kind, 'amount', amount, 'currency', currency, 'intent_id', intent_id))\n    FROM payment_entries WHERE order_id = orders.id\n  ) AS entries,\n  shipments.status AS \"shipment_status?\",\n  shipments.provider_id AS \"shipment_id?\",\n  shipments.tracking_code AS \"tracking_code?\"\nFROM orders\nLEFT JOIN shipments ON shipments.order_id = orders.id\nWHERE orders.ended_at IS NOT NULL AND orders.id > :after!\n  AND (:ended_before::timestamptz IS NULL OR orders.ended_at < :ended_before)\nORDER BY orders.id\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT
 *   orders.id, orders.status, orders.total_amount, orders.currency,
 *   (
 *     SELECT jsonb_agg(jsonb_build_object(
 *       'kind', kind, 'amount', amount, 'currency', currency, 'intent_id', intent_id))
 *     FROM payment_entries WHERE order_id = orders.id
 *   ) AS entries,
 *   shipments.status AS "shipment_status?",
 *   shipments.provider_id AS "shipment_id?",
 *   shipments.tracking_code AS "tracking_code?"
 * FROM orders
 * LEFT JOIN shipments ON shipments.order_id = orders.id
 * WHERE orders.ended_at IS NOT NULL AND orders.id > :after!
 *   AND (:ended_before::timestamptz IS NULL OR orders.ended_at < :ended_before)
 * ORDER BY orders.id
 * LIMIT :limit!
 * ```
 */
export const readEnded = new PreparedQuery<IReadEndedParams,IReadEndedResult>(readEndedIR);


/** 'FindKnown' parameters type */
export interface IFindKnownParams {
  ids: stringArray;
}

/** 'FindKnown' return type */
export interface IFindKnownResult {
  id: string;
}

/** 'FindKnown' query type */
export interface IFindKnownQuery {
  params: IFindKnownParams;
  result: IFindKnownResult;
}

const findKnownIR: any = {"usedParamSet":{"ids":true},"params":[{"name":"ids","required":true,"transform":{"type":"scalar"},"locs":[{"a":37,"b":41}]}],"statement":"SELECT id FROM orders WHERE id = ANY(:ids!::text[])"};

/**
 * Query generated from SQL:
 * ```
 * SELECT id FROM orders WHERE id = ANY(:ids!::text[])
 * ```
 */
export const findKnown = new PreparedQuery<IFindKnownParams,IFindKnownResult>(findKnownIR);


/** 'FindStockFaults' parameters type */
export interface IFindStockFaultsParams {
  limit: number;
}

/** 'FindStockFaults' return type */
export interface IFindStockFaultsResult {
  gone: number;
  on_hand: number;
  received: number;
  reserved: number;
  set_aside: number;
  sku: string;
  sold: number;
}

/** 'FindStockFaults' query type */
export interface IFindStockFaultsQuery {
  params: IFindStockFaultsParams;
  result: IFindStockFaultsResult;
}

const findStockFaultsIR: any = {"usedParamSet":{"limit":true},"params":[{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":793,"b":799}]}],"statement":"WITH set_aside AS (\n  SELECT sku, sum(quantity)::bigint AS quantity FROM reservations GROUP BY sku\n), gone AS (\n  SELECT line.sku, sum(line.quantity)::bigint AS quantity\n  FROM orders\n  JOIN order_lines AS line ON line.order_id = orders.id\n  WHERE orders.status = 'completed'\n  GROUP BY line.sku\n)\nSELECT\n  sku AS \"sku!\", stock.received, stock.on_hand, stock.reserved, stock.sold,\n  coalesce(set_aside.quantity, 0) AS \"set_aside!\",\n  coalesce(gone.quantity, 0) AS \"gone!\"\nFROM stock\nFULL JOIN set_aside USING (sku)\nFULL JOIN gone USING (sku)\nWHERE stock.received IS NULL\n  OR stock.received <> stock.on_hand + stock.sold\n  OR stock.reserved NOT BETWEEN 0 AND stock.on_hand\n  OR stock.reserved <> coalesce(set_aside.quantity, 0)\n  OR stock.sold <> coalesce(gone.quantity, 0)\nORDER BY sku\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * WITH set_aside AS (
 *   SELECT sku, sum(quantity)::bigint AS quantity FROM reservations GROUP BY sku
 * ), gone AS (
 *   SELECT line.sku, sum(line.quantity)::bigint AS quantity
 *   FROM orders
 *   JOIN order_lines AS line ON line.order_id = orders.id
 *   WHERE orders.status = 'completed'
 *   GROUP BY line.sku
 * )
 * SELECT
 *   sku AS "sku!", stock.received, stock.on_hand, stock.reserved, stock.sold,
 *   coalesce(set_aside.quantity, 0) AS "set_aside!",
 *   coalesce(gone.quantity, 0) AS "gone!"
 * FROM stock
 * FULL JOIN set_aside USING (sku)
 * FULL JOIN gone USING (sku)
 * WHERE stock.received IS NULL
 *   OR stock.received <> stock.on_hand + stock.sold
 *   OR stock.reserved NOT BETWEEN 0 AND stock.on_hand
 *   OR stock.reserved <> coalesce(set_aside.quantity, 0)
 *   OR stock.sold <> coalesce(gone.quantity, 0)
 * ORDER BY sku
 * LIMIT :limit!
 * ```
 */
export const findStockFaults = new PreparedQuery<IFindStockFaultsParams,IFindStockFaultsResult>(findStockFaultsIR);


/** 'FindReservationsLeft' parameters type */
export interface IFindReservationsLeftParams {
  limit: number;
}

/** 'FindReservationsLeft' return type */
export interface IFindReservationsLeftResult {
  id: string;
  skus: number;
  status: string;
}

/** 'FindReservationsLeft' query type */
export interface IFindReservationsLeftQuery {
  params: IFindReservationsLeftParams;
  result: IFindReservationsLeftResult;
}

const findReservationsLeftIR: any = {"usedParamSet":{"limit":true},"params":[{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":203,"b":209}]}],"statement":"SELECT orders.id, orders.status, count(*)::int AS \"skus!\"\nFROM reservations\nJOIN orders ON orders.id = reservations.order_id\nWHERE orders.ended_at IS NOT NULL\nGROUP BY orders.id\nORDER BY orders.id\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT orders.id, orders.status, count(*)::int AS "skus!"
 * FROM reservations
 * JOIN orders ON orders.id = reservations.order_id
 * WHERE orders.ended_at IS NOT NULL
 * GROUP BY orders.id
 * ORDER BY orders.id
 * LIMIT :limit!
 * ```
 */
export const findReservationsLeft = new PreparedQuery<IFindReservationsLeftParams,IFindReservationsLeftResult>(findReservationsLeftIR);


/** 'FindEventFaults' parameters type */
export interface IFindEventFaultsParams {
  after_end: stringArray;
  limit: number;
}

/** 'FindEventFaults' return type */
export interface IFindEventFaultsResult {
  begins_wrong: boolean;
  end_type: string | null;
  events: number;
  first_type: string | null;
  has_gap: boolean;
  id: string;
  last: number | null;
  status: string;
  version: number;
}

/** 'FindEventFaults' query type */
export interface IFindEventFaultsQuery {
  params: IFindEventFaultsParams;
  result: IFindEventFaultsResult;
}

const findEventFaultsIR: any = {"usedParamSet":{"after_end":true,"limit":true},"params":[{"name":"after_end","required":true,"transform":{"type":"scalar"},"locs":[{"a":195,"b":205}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":1281,"b":1287}]}],"statement":"WITH told AS (\n  SELECT\n    order_id,\n    count(*)::int AS events,\n    max(sequence) AS last,\n    min(type) FILTER (WHERE sequence = 1) AS first_type,\n    max(sequence) FILTER (WHERE type <> ALL(:after_end!::text[])) AS last_of_life,\n    max(sequence) FILTER (WHERE type IN ('order.completed', 'order.cancelled')) AS \"end\",\n    max(type) FILTER (WHERE type IN ('order.completed', 'order.cancelled')) AS end_type,\n    (count(*) FILTER (WHERE type IN ('order.completed', 'order.cancelled')))::int AS ends\n  FROM order_events\n  GROUP BY order_id\n)\nSELECT\n  orders.id, orders.status, orders.version,\n  coalesce(told.events, 0) AS \"events!\", told.last, told.first_type, told.end_type,\n  (told.events, told.last) IS DISTINCT FROM (orders.version, orders.version) AS \"has_gap!\",\n  told.first_type IS DISTINCT FROM 'order.accepted' AS \"begins_wrong!\"\nFROM orders\nLEFT JOIN told ON told.order_id = orders.id\nWHERE (told.events, told.last) IS DISTINCT FROM (orders.version, orders.version)\n  OR told.first_type IS DISTINCT FROM 'order.accepted'\n  OR told.ends IS DISTINCT FROM (CASE WHEN orders.ended_at IS NULL THEN 0 ELSE 1 END)\n  OR (orders.ended_at IS NOT NULL\n    AND (told.end_type, told.\"end\") IS DISTINCT FROM ('order.' || orders.status, told.last_of_life))\nORDER BY orders.id\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * WITH told AS (
 *   SELECT
 *     order_id,
 *     count(*)::int AS events,
 *     max(sequence) AS last,
 *     min(type) FILTER (WHERE sequence = 1) AS first_type,
 *     max(sequence) FILTER (WHERE type <> ALL(:after_end!::text[])) AS last_of_life,
 *     max(sequence) FILTER (WHERE type IN ('order.completed', 'order.cancelled')) AS "end",
 *     max(type) FILTER (WHERE type IN ('order.completed', 'order.cancelled')) AS end_type,
 *     (count(*) FILTER (WHERE type IN ('order.completed', 'order.cancelled')))::int AS ends
 *   FROM order_events
 *   GROUP BY order_id
 * )
 * SELECT
 *   orders.id, orders.status, orders.version,
 *   coalesce(told.events, 0) AS "events!", told.last, told.first_type, told.end_type,
 *   (told.events, told.last) IS DISTINCT FROM (orders.version, orders.version) AS "has_gap!",
 *   told.first_type IS DISTINCT FROM 'order.accepted' AS "begins_wrong!"
 * FROM orders
 * LEFT JOIN told ON told.order_id = orders.id
 * WHERE (told.events, told.last) IS DISTINCT FROM (orders.version, orders.version)
 *   OR told.first_type IS DISTINCT FROM 'order.accepted'
 *   OR told.ends IS DISTINCT FROM (CASE WHEN orders.ended_at IS NULL THEN 0 ELSE 1 END)
 *   OR (orders.ended_at IS NOT NULL
 *     AND (told.end_type, told."end") IS DISTINCT FROM ('order.' || orders.status, told.last_of_life))
 * ORDER BY orders.id
 * LIMIT :limit!
 * ```
 */
export const findEventFaults = new PreparedQuery<IFindEventFaultsParams,IFindEventFaultsResult>(findEventFaultsIR);


/** 'FindKeysAstray' parameters type */
export interface IFindKeysAstrayParams {
  limit: number;
}

/** 'FindKeysAstray' return type */
export interface IFindKeysAstrayResult {
  key: string;
  order_id: string | null;
}

/** 'FindKeysAstray' query type */
export interface IFindKeysAstrayQuery {
  params: IFindKeysAstrayParams;
  result: IFindKeysAstrayResult;
}

const findKeysAstrayIR: any = {"usedParamSet":{"limit":true},"params":[{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":272,"b":278}]}],"statement":"WITH kept AS (\n  SELECT key, substring(body FROM '\"id\":\"([^\"]+)\"') AS order_id\n  FROM idempotency_keys WHERE operation = 'createOrder'\n)\nSELECT kept.key, kept.order_id\nFROM kept\nLEFT JOIN orders ON orders.id = kept.order_id\nWHERE orders.id IS NULL\nORDER BY kept.key\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * WITH kept AS (
 *   SELECT key, substring(body FROM '"id":"([^"]+)"') AS order_id
 *   FROM idempotency_keys WHERE operation = 'createOrder'
 * )
 * SELECT kept.key, kept.order_id
 * FROM kept
 * LEFT JOIN orders ON orders.id = kept.order_id
 * WHERE orders.id IS NULL
 * ORDER BY kept.key
 * LIMIT :limit!
 * ```
 */
export const findKeysAstray = new PreparedQuery<IFindKeysAstrayParams,IFindKeysAstrayResult>(findKeysAstrayIR);


/** 'FindKeyCountFaults' parameters type */
export interface IFindKeyCountFaultsParams {
  limit: number;
}

/** 'FindKeyCountFaults' return type */
export interface IFindKeyCountFaultsResult {
  id: string;
  keys: number;
}

/** 'FindKeyCountFaults' query type */
export interface IFindKeyCountFaultsQuery {
  params: IFindKeyCountFaultsParams;
  result: IFindKeyCountFaultsResult;
}

const findKeyCountFaultsIR: any = {"usedParamSet":{"limit":true},"params":[{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":666,"b":672}]}],"statement":"-- Every key that is younger than the youngest forgotten one is there. An order has its time from the API's clock and its\n-- key from the database's, which may differ by as much as an hour.\nWITH kept AS (\n  SELECT substring(body FROM '\"id\":\"([^\"]+)\"') AS order_id, count(*)::int AS keys\n  FROM idempotency_keys\n  WHERE operation = 'createOrder'\n  GROUP BY order_id\n)\nSELECT orders.id, coalesce(kept.keys, 0) AS \"keys!\"\nFROM orders\nLEFT JOIN kept ON kept.order_id = orders.id\nWHERE kept.keys > 1\n  OR (kept.keys IS NULL AND orders.created_at >\n    coalesce((SELECT forgotten_until + interval '1 hour' FROM idempotency_horizon), '-infinity'))\nORDER BY orders.id\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * -- Every key that is younger than the youngest forgotten one is there. An order has its time from the API's clock and its
 * -- key from the database's, which may differ by as much as an hour.
 * WITH kept AS (
 *   SELECT substring(body FROM '"id":"([^"]+)"') AS order_id, count(*)::int AS keys
 *   FROM idempotency_keys
 *   WHERE operation = 'createOrder'
 *   GROUP BY order_id
 * )
 * SELECT orders.id, coalesce(kept.keys, 0) AS "keys!"
 * FROM orders
 * LEFT JOIN kept ON kept.order_id = orders.id
 * WHERE kept.keys > 1
 *   OR (kept.keys IS NULL AND orders.created_at >
 *     coalesce((SELECT forgotten_until + interval '1 hour' FROM idempotency_horizon), '-infinity'))
 * ORDER BY orders.id
 * LIMIT :limit!
 * ```
 */
export const findKeyCountFaults = new PreparedQuery<IFindKeyCountFaultsParams,IFindKeyCountFaultsResult>(findKeyCountFaultsIR);


