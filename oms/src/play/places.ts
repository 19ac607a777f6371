import type { Address } from '../generated/contract/types.gen.ts';
import type { Invoice } from './invoices.ts';

/** The data names only the country, so every parcel goes to one street of its capital. */
export function addressOf({ number, customer_id, country }: Invoice): Address {
  const capital = capitals[country];
  if (!capital) throw new Error(`Invoice ${number}: no address is known in ${country}.`);
  return {
    name: customer_id === undefined ? 'Guest' : `Customer ${customer_id}`,
    line1: '1 Sample Street',
    line2: `${REFERENCE}${number}`,
    ...capital,
  };
}

/** The number of the invoice that an address was made for. */
export function invoiceOf(address: Address): string | undefined {
  return address.line2?.startsWith(REFERENCE) ? address.line2.slice(REFERENCE.length) : undefined;
}

const REFERENCE = 'Online Retail invoice ';

const capitals: Record<string, Pick<Address, 'city' | 'region' | 'postal_code' | 'country'>> = {
  Australia: { city: 'Canberra', region: 'ACT', postal_code: '2600', country: 'AU' },
  EIRE: { city: 'Dublin', postal_code: 'D02 X285', country: 'IE' },
  France: { city: 'Paris', postal_code: '75001', country: 'FR' },
  Germany: { city: 'Berlin', postal_code: '10117', country: 'DE' },
  Netherlands: { city: 'Amsterdam', postal_code: '1012 JS', country: 'NL' },
  Norway: { city: 'Oslo', postal_code: '0150', country: 'NO' },
  'United Kingdom': { city: 'London', postal_code: 'SW1A 1AA', country: 'GB' },
};
