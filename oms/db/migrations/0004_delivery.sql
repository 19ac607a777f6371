-- Up Migration

-- Where the parcel is, as the carrier says. A bought parcel is not on its way yet.
ALTER TABLE shipments
  ADD COLUMN tracking_status     text NOT NULL DEFAULT 'pre_transit',
  ADD COLUMN tracking_updated_at timestamptz,
  ADD COLUMN delivered_at        timestamptz;

-- The carrier names parcels by its own ids.
CREATE INDEX shipments_by_provider_id ON shipments (provider_id);

ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox
  ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('start', 'restart', 'wake', 'track', 'delivered'));

-- Beside a long queue of what must wait for room, what wakes an order is found at once.
DROP INDEX outbox_without_starts;
CREATE INDEX outbox_at_once ON outbox (id) WHERE kind NOT IN ('start', 'track');

-- Down Migration

DROP INDEX outbox_at_once;
CREATE INDEX outbox_without_starts ON outbox (id) WHERE kind <> 'start';

DELETE FROM outbox WHERE kind IN ('track', 'delivered');
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('start', 'restart', 'wake'));

DROP INDEX shipments_by_provider_id;

ALTER TABLE shipments DROP COLUMN delivered_at, DROP COLUMN tracking_updated_at, DROP COLUMN tracking_status;
