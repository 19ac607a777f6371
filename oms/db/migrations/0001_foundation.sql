-- Up Migration

CREATE TABLE customers (
  id         text PRIMARY KEY,
  name       text NOT NULL,
  email      text,
  version    integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE products (
  sku        text PRIMARY KEY,
  name       text NOT NULL,
  unit_price integer NOT NULL CHECK (unit_price >= 0),
  currency   text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Apart from products, and with room in each page, because a hot SKU's row changes with every order.
CREATE TABLE stock (
  sku      text PRIMARY KEY REFERENCES products (sku),
  received integer NOT NULL DEFAULT 0,
  on_hand  integer NOT NULL DEFAULT 0,
  reserved integer NOT NULL DEFAULT 0,
  sold     integer NOT NULL DEFAULT 0,
  version  integer NOT NULL DEFAULT 1,
  CONSTRAINT stock_adds_up CHECK (received = on_hand + sold),
  CONSTRAINT stock_never_oversold CHECK (reserved >= 0 AND reserved <= on_hand)
) WITH (fillfactor = 50);

CREATE TABLE orders (
  id                  text PRIMARY KEY,
  slot                smallint NOT NULL CHECK (slot BETWEEN 0 AND 4095),
  customer_id         text,
  status              text NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'cancelled')),
  stage               text NOT NULL,
  -- How far an order had come when it began to be taken back.
  unwound_from        text,
  currency            text NOT NULL,
  total_amount        integer NOT NULL CHECK (total_amount > 0),
  shipping_address    jsonb NOT NULL,
  payment_method      text NOT NULL,
  cancel_requested_at timestamptz,
  cancellation_code   text,
  cancellation_detail text,
  attention_code      text,
  attention_detail    text,
  attention_since     timestamptz,
  -- The sequence of the order's last event; every change adds one, so it is the order's version too.
  version             integer NOT NULL DEFAULT 1,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  ended_at            timestamptz,
  hidden_at           timestamptz,
  CONSTRAINT ended_has_a_time CHECK ((status IN ('completed', 'cancelled')) = (ended_at IS NOT NULL))
) WITH (fillfactor = 60);

-- Ids are time-ordered, so every list is a range of ids.
CREATE INDEX orders_by_customer ON orders (customer_id, id);
CREATE INDEX orders_open ON orders (id) WHERE ended_at IS NULL;
CREATE INDEX orders_cancelled ON orders (id) WHERE status = 'cancelled';
CREATE INDEX orders_attention ON orders (id) WHERE attention_code IS NOT NULL;

CREATE TABLE order_lines (
  order_id   text NOT NULL REFERENCES orders (id),
  number     smallint NOT NULL,
  sku        text NOT NULL,
  quantity   integer NOT NULL CHECK (quantity > 0),
  unit_price integer NOT NULL CHECK (unit_price >= 0),
  PRIMARY KEY (order_id, number)
);

CREATE TABLE order_events (
  order_id    text NOT NULL REFERENCES orders (id),
  sequence    integer NOT NULL,
  type        text NOT NULL,
  data        jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, sequence)
);

-- Live reservations only: releasing or selling deletes the row.
CREATE TABLE reservations (
  order_id   text NOT NULL REFERENCES orders (id),
  sku        text NOT NULL,
  quantity   integer NOT NULL CHECK (quantity > 0),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, sku)
);
CREATE INDEX reservations_by_expiry ON reservations (expires_at);

-- The ledger: one row for each fact about an order's money. Rows are only ever added.
CREATE TABLE payment_entries (
  order_id    text NOT NULL REFERENCES orders (id),
  kind        text NOT NULL CHECK (kind IN ('declined', 'authorised', 'captured', 'voided', 'refunded')),
  amount      integer NOT NULL CHECK (amount >= 0),
  currency    text NOT NULL,
  -- What the provider calls it: the intent, or for a refund the refund.
  provider_id text,
  intent_id   text,
  idempotency_key text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, kind)
);

CREATE TABLE shipments (
  order_id      text PRIMARY KEY REFERENCES orders (id),
  -- Known before the parcel is bought, so that a lost answer leaves no parcel that we could not find.
  provider_id   text NOT NULL,
  status        text NOT NULL CHECK (status IN ('booking', 'booked', 'cancelled')),
  rate_id       text NOT NULL,
  carrier       text,
  service       text,
  tracking_code text,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
);

-- Starts and messages on their way to the engine, written with the change that causes them.
CREATE TABLE outbox (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id   text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('start', 'restart', 'wake')),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Beside a long queue of starts, what wakes an order is found at once.
CREATE INDEX outbox_without_starts ON outbox (id) WHERE kind <> 'start';

CREATE TABLE idempotency_keys (
  operation    text NOT NULL,
  key          text NOT NULL,
  request_hash text NOT NULL,
  status       smallint NOT NULL,
  etag         text,
  -- Kept as text: it is sent again as it was.
  body         text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (operation, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Down Migration

DROP TABLE idempotency_keys, outbox, shipments, payment_entries, reservations, order_events, order_lines,
  orders, stock, products, customers;
