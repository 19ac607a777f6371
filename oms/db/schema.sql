-- Generated from the migrations by: npm run generate

CREATE TABLE customers (
  id         text NOT NULL,
  name       text NOT NULL,
  email      text,
  version    integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT customers_pkey PRIMARY KEY (id)
);

CREATE TABLE engine_in_use (
  is_only   boolean NOT NULL DEFAULT true,
  engine    text NOT NULL,
  server    text,
  namespace text,
  address   text,
  since     timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT engine_in_use_pkey PRIMARY KEY (is_only),
  CONSTRAINT engine_in_use_engine_check CHECK (engine = ANY (ARRAY['embedded'::text, 'temporal'::text])),
  CONSTRAINT engine_in_use_is_only_check CHECK (is_only)
);

CREATE TABLE idempotency_horizon (
  is_only         boolean NOT NULL DEFAULT true,
  forgotten_until timestamp with time zone NOT NULL,
  CONSTRAINT idempotency_horizon_pkey PRIMARY KEY (is_only),
  CONSTRAINT idempotency_horizon_is_only_check CHECK (is_only)
);

CREATE TABLE idempotency_keys (
  operation    text NOT NULL,
  key          text NOT NULL,
  request_hash text NOT NULL,
  status       smallint NOT NULL,
  etag         text,
  body         text NOT NULL,
  created_at   timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (operation, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE orders (
  id                  text NOT NULL,
  slot                smallint NOT NULL,
  customer_id         text,
  status              text NOT NULL,
  stage               text NOT NULL,
  unwound_from        text,
  currency            text NOT NULL,
  total_amount        integer NOT NULL,
  shipping_address    jsonb NOT NULL,
  payment_method      text NOT NULL,
  cancel_requested_at timestamp with time zone,
  cancellation_code   text,
  cancellation_detail text,
  attention_code      text,
  attention_detail    text,
  attention_since     timestamp with time zone,
  version             integer NOT NULL DEFAULT 1,
  created_at          timestamp with time zone NOT NULL,
  updated_at          timestamp with time zone NOT NULL,
  ended_at            timestamp with time zone,
  hidden_at           timestamp with time zone,
  attention_step      text,
  way                 text NOT NULL DEFAULT 'inventory_first'::text,
  traceparent         text,
  request_id          text,
  waiting_for         text,
  waiting_since       timestamp with time zone,
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT ended_has_a_time CHECK ((status = ANY (ARRAY['completed'::text, 'cancelled'::text])) = (ended_at IS NOT NULL)),
  CONSTRAINT orders_slot_check CHECK (slot >= 0 AND slot <= 4095),
  CONSTRAINT orders_status_check CHECK (status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'cancelled'::text])),
  CONSTRAINT orders_total_amount_check CHECK (total_amount > 0),
  CONSTRAINT orders_waiting_for_check CHECK (waiting_for = ANY (ARRAY['payment_provider'::text, 'carrier'::text])),
  CONSTRAINT orders_way_check CHECK (way = ANY (ARRAY['inventory_first'::text, 'payment_first'::text]))
) WITH (fillfactor=60);
CREATE INDEX orders_attention ON orders (id) WHERE attention_code IS NOT NULL;
CREATE INDEX orders_by_customer ON orders (customer_id, id);
CREATE INDEX orders_cancelled ON orders (id) WHERE status = 'cancelled'::text;
CREATE INDEX orders_open ON orders (id) WHERE ended_at IS NULL;
CREATE INDEX orders_waiting ON orders (waiting_for, waiting_since) WHERE waiting_since IS NOT NULL;

CREATE TABLE order_events (
  order_id    text NOT NULL,
  sequence    integer NOT NULL,
  type        text NOT NULL,
  data        jsonb NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  CONSTRAINT order_events_pkey PRIMARY KEY (order_id, sequence),
  CONSTRAINT order_events_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);

CREATE TABLE order_lines (
  order_id   text NOT NULL,
  number     smallint NOT NULL,
  sku        text NOT NULL,
  quantity   integer NOT NULL,
  unit_price integer NOT NULL,
  CONSTRAINT order_lines_pkey PRIMARY KEY (order_id, number),
  CONSTRAINT order_lines_quantity_check CHECK (quantity > 0),
  CONSTRAINT order_lines_unit_price_check CHECK (unit_price >= 0),
  CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);

CREATE TABLE outbox (
  id          bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  order_id    text NOT NULL,
  kind        text NOT NULL,
  created_at  timestamp with time zone NOT NULL DEFAULT now(),
  traceparent text,
  request_id  text,
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_kind_check CHECK (kind = ANY (ARRAY['start'::text, 'restart'::text, 'wake'::text, 'track'::text, 'delivered'::text]))
);
CREATE INDEX outbox_at_once ON outbox (id) WHERE kind <> ALL (ARRAY['start'::text, 'track'::text]);

CREATE TABLE payment_entries (
  order_id        text NOT NULL,
  kind            text NOT NULL,
  amount          integer NOT NULL,
  currency        text NOT NULL,
  provider_id     text,
  intent_id       text,
  idempotency_key text NOT NULL,
  recorded_at     timestamp with time zone NOT NULL,
  CONSTRAINT payment_entries_pkey PRIMARY KEY (order_id, kind),
  CONSTRAINT payment_entries_amount_check CHECK (amount >= 0),
  CONSTRAINT payment_entries_kind_check CHECK (kind = ANY (ARRAY['declined'::text, 'authorised'::text, 'captured'::text, 'voided'::text, 'refunded'::text])),
  CONSTRAINT payment_entries_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);

CREATE TABLE products (
  sku        text NOT NULL,
  name       text NOT NULL,
  unit_price integer NOT NULL,
  currency   text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  version    integer NOT NULL DEFAULT 1,
  CONSTRAINT products_pkey PRIMARY KEY (sku),
  CONSTRAINT products_unit_price_check CHECK (unit_price >= 0)
);

CREATE TABLE reservations (
  order_id   text NOT NULL,
  sku        text NOT NULL,
  quantity   integer NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT reservations_pkey PRIMARY KEY (order_id, sku),
  CONSTRAINT reservations_quantity_check CHECK (quantity > 0),
  CONSTRAINT reservations_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX reservations_by_expiry ON reservations (expires_at);

CREATE TABLE shipments (
  order_id            text NOT NULL,
  provider_id         text NOT NULL,
  status              text NOT NULL,
  rate_id             text NOT NULL,
  carrier             text,
  service             text,
  tracking_code       text,
  created_at          timestamp with time zone NOT NULL,
  updated_at          timestamp with time zone NOT NULL,
  tracking_status     text NOT NULL DEFAULT 'pre_transit'::text,
  tracking_updated_at timestamp with time zone,
  delivered_at        timestamp with time zone,
  CONSTRAINT shipments_pkey PRIMARY KEY (order_id),
  CONSTRAINT shipments_status_check CHECK (status = ANY (ARRAY['booking'::text, 'booked'::text, 'cancelled'::text])),
  CONSTRAINT shipments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX shipments_by_provider_id ON shipments (provider_id);

CREATE TABLE stock (
  sku      text NOT NULL,
  received integer NOT NULL DEFAULT 0,
  on_hand  integer NOT NULL DEFAULT 0,
  reserved integer NOT NULL DEFAULT 0,
  sold     integer NOT NULL DEFAULT 0,
  version  integer NOT NULL DEFAULT 1,
  CONSTRAINT stock_pkey PRIMARY KEY (sku),
  CONSTRAINT stock_adds_up CHECK (received = (on_hand + sold)),
  CONSTRAINT stock_never_oversold CHECK (reserved >= 0 AND reserved <= on_hand),
  CONSTRAINT stock_sku_fkey FOREIGN KEY (sku) REFERENCES products(sku)
) WITH (fillfactor=50);
