export const CREATE_SHIPMENT = `
  INSERT INTO sandbox.shipments
  SELECT row.* FROM jsonb_populate_record(NULL::sandbox.shipments, $1::jsonb) AS row`;

/** $1 id, $2 rate, $3 now in milliseconds. */
export const BUY_SHIPMENT = `
  UPDATE sandbox.shipments AS shipment SET rate_index = $2, bought_ms = $3
  WHERE id = $1 AND bought_ms IS NULL
  RETURNING to_jsonb(shipment) AS row`;

/**
 * A refund that was rejected may be asked for again; one that does not apply never will. The parcel is as live as
 * before. https://docs.easypost.com/docs/shipping-refund
 */
const NOT_REFUNDED = `coalesce(refund_status, '') NOT IN ('submitted', 'refunded')`;

/** $1 id, $2 now in milliseconds, $3 the refund's status. */
export const REFUND_SHIPMENT = `
  UPDATE sandbox.shipments AS shipment SET refunded_ms = $2,
    refund_status = CASE WHEN refund_status = 'not_applicable' THEN refund_status ELSE $3 END
  WHERE id = $1 AND bought_ms IS NOT NULL AND ${NOT_REFUNDED}
  RETURNING to_jsonb(shipment) AS row`;

export const FIND_SHIPMENT =
  'SELECT to_jsonb(shipment) AS row FROM sandbox.shipments AS shipment WHERE id = $1';

/** References need not be unique: the live parcel before the others, then the newest. */
export const FIND_SHIPMENT_BY_REFERENCE = `
  SELECT to_jsonb(shipment) AS row FROM sandbox.shipments AS shipment WHERE reference = $1
  ORDER BY bought_ms IS NOT NULL AND ${NOT_REFUNDED} DESC, id DESC LIMIT 1`;

/** $1 below this id, $2 above this id, $3 whether unbought ones too, $4 how many. */
export const LIST_SHIPMENTS = `
  SELECT to_jsonb(shipment) AS row FROM sandbox.shipments AS shipment
  WHERE id < $1 AND id > $2 AND ($3::boolean OR bought_ms IS NOT NULL)
  ORDER BY id DESC LIMIT $4`;

/** The same page counted from its older end. */
export const LIST_SHIPMENTS_AFTER = `
  SELECT to_jsonb(shipment) AS row FROM sandbox.shipments AS shipment
  WHERE id < $1 AND id > $2 AND ($3::boolean OR bought_ms IS NOT NULL)
  ORDER BY id LIMIT $4`;

/** What the carrier decides days later. $1 id, $2 now in milliseconds, $3 the refund's status. */
export const SETTLE_PARCEL_REFUND = `
  UPDATE sandbox.shipments AS shipment SET refund_status = $3, refunded_ms = $2
  WHERE id = $1 AND refund_status = 'submitted'
  RETURNING to_jsonb(shipment) AS row`;

/** $1 id, $2 the scan in an array, $3 where it may come from. */
export const MOVE_SHIPMENT = `
  UPDATE sandbox.shipments AS shipment SET scans = scans || $2::jsonb
  WHERE id = $1 AND bought_ms IS NOT NULL AND ${NOT_REFUNDED}
    AND coalesce(scans -> -1 ->> 'status', 'pre_transit') = ANY($3::text[])
  RETURNING to_jsonb(shipment) AS row`;

/** $1 the webhook, $2 how many there may be. */
export const CREATE_WEBHOOK = `
  INSERT INTO sandbox.webhooks
  SELECT row.* FROM jsonb_populate_record(NULL::sandbox.webhooks, $1::jsonb) AS row
  WHERE (SELECT count(*) FROM sandbox.webhooks) < $2`;

export const LIST_WEBHOOKS = 'SELECT to_jsonb(webhook) AS row FROM sandbox.webhooks AS webhook ORDER BY id';

export const DELETE_WEBHOOK = 'DELETE FROM sandbox.webhooks WHERE id = $1';
