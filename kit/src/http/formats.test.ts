import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countries } from 'countries-list';
import { isCountry } from '../countries.ts';
import { textFormats } from './formats.ts';

const texts: Record<string, { taken: string[]; refused: string[] }> = {
  label: {
    taken: ['Ada', ' é ', '東京都', "O'Neill & Söhne"],
    refused: ['', ' ', '\u200b', '\u2800', 'a\nb', 'a\u0000', 'a\u0085b', 'a\u2028b', '\t'],
  },
  line: { taken: ['', 'Flat 2'], refused: ['a\nb', '\u007f', '\r'] },
  'iso-country': {
    taken: ['GB', 'IE', 'HK', 'AE', 'SS'],
    refused: ['UK', 'ZZ', 'EU', 'XK', 'SU', 'gb', 'GBR', ''],
  },
  'iso-currency': {
    taken: ['GBP', 'JPY', 'KWD', 'XOF', 'XCG', 'ZWG'],
    refused: ['XXX', 'XTS', 'ZZZ', 'XAU', 'XDR', 'CLF', 'USN', 'DEM', 'HRK', 'BTC', 'gbp', 'UKP', ''],
  },
  phone: {
    taken: ['+442079460000', '+85221234567'],
    refused: ['02079460000', '+44 20 7946 0000', '+0442079460000', '+1234567890123456', '+44', 'phone'],
  },
};

for (const [name, { taken, refused }] of Object.entries(texts))
  test(`the format ${name} takes what is one and refuses the rest`, () => {
    const { validate } = textFormats[name]!;
    assert.deepEqual(
      taken.filter((text) => !validate(text)),
      [],
    );
    assert.deepEqual(refused.filter(validate), []);
  });

test('ISO 3166-1 has assigned 249 codes', () => {
  assert.equal(Object.keys(countries).filter(isCountry).length, 249);
});

test('what is wrong says what to write', () => {
  const country = (text: string) => textFormats['iso-country']!.describe(text);
  assert.equal(country('UK'), '"UK" is not an ISO 3166-1 alpha-2 code; United Kingdom is GB');
  assert.equal(country('deu'), '"deu" is not an ISO 3166-1 alpha-2 code; Germany is DE');
  assert.equal(country('France'), '"France" is not an ISO 3166-1 alpha-2 code; France is FR');
  assert.equal(country('ie'), '"ie" is not an ISO 3166-1 alpha-2 code; Ireland is IE');
  assert.match(country('ZZ'), /^must be the ISO 3166-1 alpha-2 code of a country/);
  const currency = (text: string) => textFormats['iso-currency']!.describe(text);
  assert.equal(currency('eur'), '"eur" is not an ISO 4217 code; write EUR');
  assert.match(currency('ZZZ'), /^must be the ISO 4217 code of a currency in use/);
});
