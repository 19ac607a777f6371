import { countries } from 'countries-list';
import alpha3 from 'countries-list/minimal/countries.3to2.min.json' with { type: 'json' };

/** Codes of the package that ISO 3166-1 reserves and has not assigned: Ascension, Tristan da Cunha, Kosovo. */
const NOT_ASSIGNED = new Set(['AC', 'TA', 'XK']);

const names = new Map(
  Object.entries(countries)
    .filter(([code]) => !NOT_ASSIGNED.has(code))
    .map(([code, { name }]) => [code, name]),
);

/** Codes of countries by what people write in their place: names, other names, three letters. */
const codes = new Map(
  Object.entries(countries).flatMap(([code, country]) =>
    [country.name, ...('alias' in country ? country.alias : [])].map((name) => [name.toLowerCase(), code]),
  ),
);
for (const [three, code] of Object.entries(alpha3)) codes.set(three.toLowerCase(), code);

/** Whether a text is a country's code in ISO 3166-1 alpha-2. */
export function isCountry(text: string): boolean {
  return names.has(text);
}

/** Why a text is not a country's code, with the code that it seems to stand for. */
export function describeNotCountry(text: string): string {
  const code = codes.get(text.toLowerCase()) ?? text.toUpperCase();
  const name = names.get(code);
  if (name) return `"${text}" is not an ISO 3166-1 alpha-2 code; ${name} is ${code}`;
  return 'must be the ISO 3166-1 alpha-2 code of a country, such as GB or US';
}
