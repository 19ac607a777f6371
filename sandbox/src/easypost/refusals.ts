import type { Refusal } from '../answer.ts';
import { type FieldError, unprocessable } from './errors.ts';
import type { Address, Parcel } from './shipment.ts';

/** 70 pounds, the most that these carriers take. */
export const WEIGHT_OZ_MAX = 1120;

/** Destinations that the sandbox's carriers decline, so that a test can order a refusal by its address. */
const UNDELIVERABLE: readonly { matches(address: Address): boolean; errors: FieldError[] }[] = [
  {
    matches: (address) => address.country === 'XX',
    errors: [{ field: 'country', message: 'No carrier delivers to this country', suggestion: null }],
  },
  {
    matches: (address) => address.zip === '00000',
    errors: [{ field: 'zip', message: 'Zip code does not exist', suggestion: null }],
  },
];

export function refuseAddress(address: Address): Refusal | undefined {
  const errors = UNDELIVERABLE.filter((rule) => rule.matches(address)).flatMap((rule) => rule.errors);
  if (errors.length === 0) return undefined;
  return unprocessable('ADDRESS.VERIFY.FAILURE', 'Unable to verify address.', [
    { field: 'address', message: 'Address not found', suggestion: null },
    ...errors,
  ]);
}

export function refuseParcel(parcel: Parcel): Refusal | undefined {
  if (parcel.weight <= WEIGHT_OZ_MAX) return undefined;
  return unprocessable('SHIPMENT.RATES.UNAVAILABLE', 'No carrier offers a rate for this shipment.', [
    { field: 'parcel.weight', message: `Maximum weight is ${WEIGHT_OZ_MAX}oz` },
  ]);
}
