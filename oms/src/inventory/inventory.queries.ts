/** Types generated for queries found in "oms/src/inventory/inventory.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type numberArray = (number)[];

export type stringArray = (string)[];

/** 'ReserveStock' parameters type */
export interface IReserveStockParams {
  from: string;
  order_id: string;
  time_to_live_ms: number;
}

/** 'ReserveStock' return type */
export interface IReserveStockResult {
  reserved: boolean;
  short: Json | null;
}

/** 'ReserveStock' query type */
export interface IReserveStockQuery {
  params: IReserveStockParams;
  result: IReserveStockResult;
}

const reserveStockIR: any = {"usedParamSet":{"order_id":true,"from":true,"time_to_live_ms":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":66,"b":75},{"a":292,"b":301},{"a":1148,"b":1157}]},{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":89,"b":94}]},{"name":"time_to_live_ms","required":true,"transform":{"type":"scalar"},"locs":[{"a":1183,"b":1199}]}],"statement":"WITH reserving AS (\n  SELECT id, version FROM orders\n  WHERE id = :order_id! AND stage = :from! AND cancel_requested_at IS NULL\n    -- The lines below are read as of the statement's start: an order amended since then does not qualify.\n    AND version = (SELECT version FROM orders WHERE id = :order_id!)\n  FOR UPDATE\n), wanted AS (\n  SELECT line.sku, sum(line.quantity)::int AS quantity\n  FROM order_lines AS line\n  JOIN reserving ON reserving.id = line.order_id\n  GROUP BY line.sku\n), locked AS (\n  -- Always in the order of SKUs, so that two orders can never wait for each other.\n  SELECT stock.sku, stock.on_hand - stock.reserved AS available, wanted.quantity\n  FROM stock\n  JOIN wanted ON wanted.sku = stock.sku\n  ORDER BY stock.sku\n  FOR UPDATE OF stock\n), short AS (\n  SELECT sku, quantity, available FROM locked WHERE available < quantity\n), moved AS (\n  UPDATE stock\n  SET reserved = reserved + locked.quantity, version = version + 1\n  FROM locked\n  WHERE stock.sku = locked.sku AND NOT EXISTS (SELECT FROM short)\n  RETURNING stock.sku, locked.quantity\n), kept AS (\n  INSERT INTO reservations (order_id, sku, quantity, expires_at)\n  SELECT :order_id!, sku, quantity, now() + :time_to_live_ms! * interval '1 millisecond' FROM moved\n), advanced AS (\n  UPDATE orders\n  SET stage = 'reserved', version = orders.version + 1, updated_at = now(),\n    attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,\n    waiting_for = NULL, waiting_since = NULL\n  FROM reserving\n  WHERE orders.id = reserving.id AND NOT EXISTS (SELECT FROM short)\n  RETURNING orders.id, orders.version\n), event AS (\n  INSERT INTO order_events (order_id, sequence, type, data, occurred_at)\n  SELECT id, version, 'order.reserved', '{}', now() FROM advanced\n)\nSELECT\n  EXISTS (SELECT FROM advanced) AS \"reserved!\",\n  (SELECT jsonb_agg(to_jsonb(short) ORDER BY sku) FROM short) AS short"};

/**
 * Query generated from SQL:
 * ```
 * WITH reserving AS (
 *   SELECT id, version FROM orders
 *   WHERE id = :order_id! AND stage = :from! AND cancel_requested_at IS NULL
 *     -- The lines below are read as of the statement's start: an order amended since then does not qualify.
 *     AND version = (SELECT version FROM orders WHERE id = :order_id!)
 *   FOR UPDATE
 * ), wanted AS (
 *   SELECT line.sku, sum(line.quantity)::int AS quantity
 *   FROM order_lines AS line
 *   JOIN reserving ON reserving.id = line.order_id
 *   GROUP BY line.sku
 * ), locked AS (
 *   -- Always in the order of SKUs, so that two orders can never wait for each other.
 *   SELECT stock.sku, stock.on_hand - stock.reserved AS available, wanted.quantity
 *   FROM stock
 *   JOIN wanted ON wanted.sku = stock.sku
 *   ORDER BY stock.sku
 *   FOR UPDATE OF stock
 * ), short AS (
 *   SELECT sku, quantity, available FROM locked WHERE available < quantity
 * ), moved AS (
 *   UPDATE stock
 *   SET reserved = reserved + locked.quantity, version = version + 1
 *   FROM locked
 *   WHERE stock.sku = locked.sku AND NOT EXISTS (SELECT FROM short)
 *   RETURNING stock.sku, locked.quantity
 * ), kept AS (
 *   INSERT INTO reservations (order_id, sku, quantity, expires_at)
 *   SELECT :order_id!, sku, quantity, now() + :time_to_live_ms! * interval '1 millisecond' FROM moved
 * ), advanced AS (
 *   UPDATE orders
 *   SET stage = 'reserved', version = orders.version + 1, updated_at = now(),
 *     attention_code = NULL, attention_step = NULL, attention_detail = NULL, attention_since = NULL,
 *     waiting_for = NULL, waiting_since = NULL
 *   FROM reserving
 *   WHERE orders.id = reserving.id AND NOT EXISTS (SELECT FROM short)
 *   RETURNING orders.id, orders.version
 * ), event AS (
 *   INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 *   SELECT id, version, 'order.reserved', '{}', now() FROM advanced
 * )
 * SELECT
 *   EXISTS (SELECT FROM advanced) AS "reserved!",
 *   (SELECT jsonb_agg(to_jsonb(short) ORDER BY sku) FROM short) AS short
 * ```
 */
export const reserveStock = new PreparedQuery<IReserveStockParams,IReserveStockResult>(reserveStockIR);


/** 'ReleaseStock' parameters type */
export interface IReleaseStockParams {
  order_id: string;
}

/** 'ReleaseStock' return type */
export interface IReleaseStockResult {
  sequence: number;
}

/** 'ReleaseStock' query type */
export interface IReleaseStockQuery {
  params: IReleaseStockParams;
  result: IReleaseStockResult;
}

const releaseStockIR: any = {"usedParamSet":{"order_id":true},"params":[{"name":"order_id","required":true,"transform":{"type":"scalar"},"locs":[{"a":168,"b":177},{"a":312,"b":321},{"a":733,"b":742}]}],"statement":"WITH locked AS (\n  SELECT stock.sku, reservation.quantity\n  FROM reservations AS reservation\n  JOIN stock ON stock.sku = reservation.sku\n  WHERE reservation.order_id = :order_id!\n  ORDER BY stock.sku\n  FOR UPDATE OF stock\n), removed AS (\n  DELETE FROM reservations\n  USING locked\n  WHERE reservations.order_id = :order_id! AND reservations.sku = locked.sku\n  RETURNING reservations.sku, reservations.quantity\n), returned AS (\n  UPDATE stock\n  SET reserved = reserved - removed.quantity, version = version + 1\n  FROM removed\n  WHERE stock.sku = removed.sku\n), noted AS (\n  UPDATE orders SET version = version + 1, updated_at = now()\n  -- An order's timeline closes with its end; what the sweep frees later is in the log.\n  WHERE id = :order_id! AND ended_at IS NULL AND EXISTS (SELECT FROM removed)\n  RETURNING id, version\n)\nINSERT INTO order_events (order_id, sequence, type, data, occurred_at)\nSELECT id, version, 'order.stock_released', '{}', now() FROM noted\nRETURNING sequence"};

/**
 * Query generated from SQL:
 * ```
 * WITH locked AS (
 *   SELECT stock.sku, reservation.quantity
 *   FROM reservations AS reservation
 *   JOIN stock ON stock.sku = reservation.sku
 *   WHERE reservation.order_id = :order_id!
 *   ORDER BY stock.sku
 *   FOR UPDATE OF stock
 * ), removed AS (
 *   DELETE FROM reservations
 *   USING locked
 *   WHERE reservations.order_id = :order_id! AND reservations.sku = locked.sku
 *   RETURNING reservations.sku, reservations.quantity
 * ), returned AS (
 *   UPDATE stock
 *   SET reserved = reserved - removed.quantity, version = version + 1
 *   FROM removed
 *   WHERE stock.sku = removed.sku
 * ), noted AS (
 *   UPDATE orders SET version = version + 1, updated_at = now()
 *   -- An order's timeline closes with its end; what the sweep frees later is in the log.
 *   WHERE id = :order_id! AND ended_at IS NULL AND EXISTS (SELECT FROM removed)
 *   RETURNING id, version
 * )
 * INSERT INTO order_events (order_id, sequence, type, data, occurred_at)
 * SELECT id, version, 'order.stock_released', '{}', now() FROM noted
 * RETURNING sequence
 * ```
 */
export const releaseStock = new PreparedQuery<IReleaseStockParams,IReleaseStockResult>(releaseStockIR);


/** 'FindExpired' parameters type */
export interface IFindExpiredParams {
  limit: number;
}

/** 'FindExpired' return type */
export interface IFindExpiredResult {
  ended: boolean;
  order_id: string;
}

/** 'FindExpired' query type */
export interface IFindExpiredQuery {
  params: IFindExpiredParams;
  result: IFindExpiredResult;
}

const findExpiredIR: any = {"usedParamSet":{"limit":true},"params":[{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":340,"b":346}]}],"statement":"SELECT DISTINCT reservation.order_id, orders.ended_at IS NOT NULL AS \"ended!\"\nFROM reservations AS reservation\nJOIN orders ON orders.id = reservation.order_id\nWHERE reservation.expires_at < now()\n  AND (orders.ended_at IS NOT NULL\n    OR (orders.stage IN ('reserved', 'authorised', 'shipped') AND orders.cancel_requested_at IS NULL))\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT DISTINCT reservation.order_id, orders.ended_at IS NOT NULL AS "ended!"
 * FROM reservations AS reservation
 * JOIN orders ON orders.id = reservation.order_id
 * WHERE reservation.expires_at < now()
 *   AND (orders.ended_at IS NOT NULL
 *     OR (orders.stage IN ('reserved', 'authorised', 'shipped') AND orders.cancel_requested_at IS NULL))
 * LIMIT :limit!
 * ```
 */
export const findExpired = new PreparedQuery<IFindExpiredParams,IFindExpiredResult>(findExpiredIR);


/** 'FindProduct' parameters type */
export interface IFindProductParams {
  sku: string;
}

/** 'FindProduct' return type */
export interface IFindProductResult {
  created_at: Date;
  currency: string;
  name: string;
  sku: string;
  unit_price: number;
  updated_at: Date;
  version: number;
}

/** 'FindProduct' query type */
export interface IFindProductQuery {
  params: IFindProductParams;
  result: IFindProductResult;
}

const findProductIR: any = {"usedParamSet":{"sku":true},"params":[{"name":"sku","required":true,"transform":{"type":"scalar"},"locs":[{"a":98,"b":102}]}],"statement":"SELECT sku, name, unit_price, currency, version, created_at, updated_at FROM products WHERE sku = :sku!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT sku, name, unit_price, currency, version, created_at, updated_at FROM products WHERE sku = :sku!
 * ```
 */
export const findProduct = new PreparedQuery<IFindProductParams,IFindProductResult>(findProductIR);


/** 'FindStock' parameters type */
export interface IFindStockParams {
  sku: string;
}

/** 'FindStock' return type */
export interface IFindStockResult {
  on_hand: number;
  received: number;
  reserved: number;
  sold: number;
  version: number;
}

/** 'FindStock' query type */
export interface IFindStockQuery {
  params: IFindStockParams;
  result: IFindStockResult;
}

const findStockIR: any = {"usedParamSet":{"sku":true},"params":[{"name":"sku","required":true,"transform":{"type":"scalar"},"locs":[{"a":73,"b":77}]}],"statement":"SELECT received, on_hand, reserved, sold, version FROM stock WHERE sku = :sku!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT received, on_hand, reserved, sold, version FROM stock WHERE sku = :sku!
 * ```
 */
export const findStock = new PreparedQuery<IFindStockParams,IFindStockResult>(findStockIR);


/** 'ListProducts' parameters type */
export interface IListProductsParams {
  after: string;
  limit: number;
}

/** 'ListProducts' return type */
export interface IListProductsResult {
  created_at: Date;
  currency: string;
  name: string;
  on_hand: number;
  received: number;
  reserved: number;
  sku: string;
  sold: number;
  unit_price: number;
  updated_at: Date;
  version: number;
}

/** 'ListProducts' query type */
export interface IListProductsQuery {
  params: IListProductsParams;
  result: IListProductsResult;
}

const listProductsIR: any = {"usedParamSet":{"after":true,"limit":true},"params":[{"name":"after","required":true,"transform":{"type":"scalar"},"locs":[{"a":272,"b":278}]},{"name":"limit","required":true,"transform":{"type":"scalar"},"locs":[{"a":307,"b":313}]}],"statement":"SELECT product.sku, product.name, product.unit_price, product.currency, product.version, product.created_at,\n  product.updated_at, stock.received, stock.on_hand, stock.reserved, stock.sold\nFROM products AS product\nJOIN stock ON stock.sku = product.sku\nWHERE product.sku > :after!\nORDER BY product.sku\nLIMIT :limit!"};

/**
 * Query generated from SQL:
 * ```
 * SELECT product.sku, product.name, product.unit_price, product.currency, product.version, product.created_at,
 *   product.updated_at, stock.received, stock.on_hand, stock.reserved, stock.sold
 * FROM products AS product
 * JOIN stock ON stock.sku = product.sku
 * WHERE product.sku > :after!
 * ORDER BY product.sku
 * LIMIT :limit!
 * ```
 */
export const listProducts = new PreparedQuery<IListProductsParams,IListProductsResult>(listProductsIR);


/** 'FindPrices' parameters type */
export interface IFindPricesParams {
  skus: stringArray;
}

/** 'FindPrices' return type */
export interface IFindPricesResult {
  currency: string;
  sku: string;
  unit_price: number;
}

/** 'FindPrices' query type */
export interface IFindPricesQuery {
  params: IFindPricesParams;
  result: IFindPricesResult;
}

const findPricesIR: any = {"usedParamSet":{"skus":true},"params":[{"name":"skus","required":true,"transform":{"type":"scalar"},"locs":[{"a":63,"b":68}]}],"statement":"SELECT sku, unit_price, currency FROM products WHERE sku = ANY(:skus!::text[])"};

/**
 * Query generated from SQL:
 * ```
 * SELECT sku, unit_price, currency FROM products WHERE sku = ANY(:skus!::text[])
 * ```
 */
export const findPrices = new PreparedQuery<IFindPricesParams,IFindPricesResult>(findPricesIR);


/** 'PutProduct' parameters type */
export interface IPutProductParams {
  currency: string;
  if_not_versions?: numberArray | null | void;
  if_versions?: numberArray | null | void;
  must_exist: boolean;
  must_not_exist: boolean;
  name: string;
  sku: string;
  unit_price: number;
}

/** 'PutProduct' return type */
export interface IPutProductResult {
  created: boolean;
  created_at: Date;
  currency: string;
  name: string;
  sku: string;
  unit_price: number;
  updated_at: Date;
  version: number;
}

/** 'PutProduct' query type */
export interface IPutProductQuery {
  params: IPutProductParams;
  result: IPutProductResult;
}

const putProductIR: any = {"usedParamSet":{"sku":true,"name":true,"unit_price":true,"currency":true,"must_exist":true,"must_not_exist":true,"if_versions":true,"if_not_versions":true},"params":[{"name":"sku","required":true,"transform":{"type":"scalar"},"locs":[{"a":95,"b":99},{"a":204,"b":208}]},{"name":"name","required":true,"transform":{"type":"scalar"},"locs":[{"a":102,"b":107}]},{"name":"unit_price","required":true,"transform":{"type":"scalar"},"locs":[{"a":110,"b":121}]},{"name":"currency","required":true,"transform":{"type":"scalar"},"locs":[{"a":124,"b":133}]},{"name":"must_exist","required":true,"transform":{"type":"scalar"},"locs":[{"a":147,"b":158}]},{"name":"must_not_exist","required":true,"transform":{"type":"scalar"},"locs":[{"a":481,"b":496}]},{"name":"if_versions","required":false,"transform":{"type":"scalar"},"locs":[{"a":507,"b":518},{"a":560,"b":571}]},{"name":"if_not_versions","required":false,"transform":{"type":"scalar"},"locs":[{"a":584,"b":599},{"a":642,"b":657}]}],"statement":"WITH product AS (\n  INSERT INTO products AS product (sku, name, unit_price, currency)\n  SELECT :sku!, :name!, :unit_price!, :currency!\n  WHERE NOT :must_exist! OR EXISTS (SELECT FROM products WHERE sku = :sku!)\n  ON CONFLICT (sku) DO UPDATE\n  SET name = excluded.name, unit_price = excluded.unit_price, currency = excluded.currency,\n    version = product.version + 1, updated_at = now()\n  -- Checked on the row as it is when it is locked, whoever changed it meanwhile.\n  WHERE NOT :must_not_exist!\n    AND (:if_versions::int[] IS NULL OR product.version = ANY(:if_versions))\n    AND (:if_not_versions::int[] IS NULL OR product.version <> ALL(:if_not_versions))\n  RETURNING sku, name, unit_price, currency, version, created_at, updated_at\n), stock_row AS (\n  -- A new product has none yet; the row of one on sale, which many orders wait for, is left alone.\n  INSERT INTO stock (sku) SELECT sku FROM product ON CONFLICT DO NOTHING\n)\nSELECT sku, name, unit_price, currency, version, created_at, updated_at, version = 1 AS \"created!\" FROM product"};

/**
 * Query generated from SQL:
 * ```
 * WITH product AS (
 *   INSERT INTO products AS product (sku, name, unit_price, currency)
 *   SELECT :sku!, :name!, :unit_price!, :currency!
 *   WHERE NOT :must_exist! OR EXISTS (SELECT FROM products WHERE sku = :sku!)
 *   ON CONFLICT (sku) DO UPDATE
 *   SET name = excluded.name, unit_price = excluded.unit_price, currency = excluded.currency,
 *     version = product.version + 1, updated_at = now()
 *   -- Checked on the row as it is when it is locked, whoever changed it meanwhile.
 *   WHERE NOT :must_not_exist!
 *     AND (:if_versions::int[] IS NULL OR product.version = ANY(:if_versions))
 *     AND (:if_not_versions::int[] IS NULL OR product.version <> ALL(:if_not_versions))
 *   RETURNING sku, name, unit_price, currency, version, created_at, updated_at
 * ), stock_row AS (
 *   -- A new product has none yet; the row of one on sale, which many orders wait for, is left alone.
 *   INSERT INTO stock (sku) SELECT sku FROM product ON CONFLICT DO NOTHING
 * )
 * SELECT sku, name, unit_price, currency, version, created_at, updated_at, version = 1 AS "created!" FROM product
 * ```
 */
export const putProduct = new PreparedQuery<IPutProductParams,IPutProductResult>(putProductIR);


/** 'ReceiveStock' parameters type */
export interface IReceiveStockParams {
  quantity: number;
  sku: string;
}

/** 'ReceiveStock' return type */
export interface IReceiveStockResult {
  on_hand: number;
  received: number;
  reserved: number;
  sold: number;
  version: number;
}

/** 'ReceiveStock' query type */
export interface IReceiveStockQuery {
  params: IReceiveStockParams;
  result: IReceiveStockResult;
}

const receiveStockIR: any = {"usedParamSet":{"quantity":true,"sku":true},"params":[{"name":"quantity","required":true,"transform":{"type":"scalar"},"locs":[{"a":39,"b":48},{"a":71,"b":80}]},{"name":"sku","required":true,"transform":{"type":"scalar"},"locs":[{"a":117,"b":121}]}],"statement":"UPDATE stock\nSET received = received + :quantity!, on_hand = on_hand + :quantity!, version = version + 1\nWHERE sku = :sku!\nRETURNING received, on_hand, reserved, sold, version"};

/**
 * Query generated from SQL:
 * ```
 * UPDATE stock
 * SET received = received + :quantity!, on_hand = on_hand + :quantity!, version = version + 1
 * WHERE sku = :sku!
 * RETURNING received, on_hand, reserved, sold, version
 * ```
 */
export const receiveStock = new PreparedQuery<IReceiveStockParams,IReceiveStockResult>(receiveStockIR);


