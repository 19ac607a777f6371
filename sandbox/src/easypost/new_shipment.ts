import { newId } from '../ids.ts';
import { type FieldError, unprocessable } from './errors.ts';
import { refuseAddress } from './refusals.ts';
import type { Address, ShipmentRow } from './shipment.ts';

/** Reads a request to rate a parcel; throws what the carriers refuse. */
export function readNewShipment(body: unknown): ShipmentRow {
  const shipment = recordOf(recordOf(body)?.shipment);
  if (!shipment) throw invalidParameters([{ field: 'shipment', message: 'Missing required parameter.' }]);

  const errors: FieldError[] = [];
  const parcel = readParcel(shipment.parcel, errors);
  const to_address = readAddress(shipment.to_address, 'to_address', errors);
  const from_address = readAddress(shipment.from_address, 'from_address', errors);
  const reference = shipment.reference ?? null;
  if (reference !== null && (typeof reference !== 'string' || reference.length > TEXT_LENGTH_MAX)) {
    errors.push({ field: 'reference', message: 'must be a string' });
  }
  if (errors.length > 0) throw invalidParameters(errors);

  const refusal = refuseAddress(to_address) ?? refuseAddress(from_address);
  if (refusal) throw refusal;
  return {
    id: newId('shp_'),
    reference: reference as string | null,
    to_address,
    from_address,
    parcel,
    options: recordOf(shipment.options) ?? {},
    created_ms: Date.now(),
    rate_index: null,
    bought_ms: null,
    refund_status: null,
    refunded_ms: null,
    scans: [],
  };
}

const TEXT_LENGTH_MAX = 500;
const ADDRESS_FIELDS = [
  'name',
  'company',
  'street1',
  'street2',
  'city',
  'state',
  'zip',
  'country',
  'phone',
  'email',
  'residential',
  'carrier_facility',
  'federal_tax_id',
  'state_tax_id',
];

function readAddress(value: unknown, field: string, errors: FieldError[]): Address {
  const given = recordOf(value);
  if (!given) errors.push({ field, message: 'Missing required parameter.' });
  const address: Address = {};
  for (const name of ADDRESS_FIELDS) {
    const part = given?.[name] ?? null;
    if (typeof part === 'string' && part.length > TEXT_LENGTH_MAX) {
      errors.push({ field: `${field}.${name}`, message: 'is too long' });
    }
    if (part === null || typeof part === 'string' || typeof part === 'boolean') address[name] = part;
    else errors.push({ field: `${field}.${name}`, message: 'must be a string' });
  }
  return address;
}

function readParcel(value: unknown, errors: FieldError[]): ShipmentRow['parcel'] {
  const parcel = recordOf(value);
  const size = (name: string) => {
    const given = parcel?.[name];
    if (given === undefined || given === null) return undefined;
    const number = Number(given);
    if (Number.isFinite(number) && number > 0) return number;
    errors.push({ field: `parcel.${name}`, message: 'must be a positive number' });
    return undefined;
  };
  if (parcel?.weight === undefined)
    errors.push({ field: 'parcel.weight', message: 'Missing required parameter.' });
  const [length, width, height] = [size('length'), size('width'), size('height')];
  return {
    weight: size('weight') ?? 0,
    ...(length && { length }),
    ...(width && { width }),
    ...(height && { height }),
  };
}

function invalidParameters(errors: FieldError[]) {
  return unprocessable(
    'SHIPMENT.INVALID_PARAMS',
    'Unable to create shipment, one or more parameters were invalid.',
    errors,
  );
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}
