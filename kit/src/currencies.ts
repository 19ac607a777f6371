import { countries } from 'countries-list';

/** Codes of ISO 4217 for accounts and funds of a country, in which nothing is paid. */
const FUNDS = new Set(['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW']);

/** Those that a country uses, and so neither metals nor `XTS` and `XXX`. */
const money = new Set(
  Object.values(countries)
    .flatMap(({ currency }): readonly string[] => currency)
    .filter((code) => !FUNDS.has(code)),
);

/** Whether a text is the ISO 4217 code of money that is in use. */
export function isCurrency(text: string): boolean {
  return money.has(text);
}

/** Why a text is not a currency's code, with the code that it seems to stand for. */
export function describeNotCurrency(text: string): string {
  const code = text.toUpperCase();
  if (isCurrency(code)) return `"${text}" is not an ISO 4217 code; write ${code}`;
  return 'must be the ISO 4217 code of a currency in use, such as GBP';
}
