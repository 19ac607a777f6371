import type { Refusal } from '../answer.ts';
import { type FieldError, unprocessable } from './errors.ts';
import type { Address } from './shipment.ts';

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
