import { describeNotCountry, isCountry } from '../countries.ts';
import { describeNotCurrency, isCurrency } from '../currencies.ts';

export interface TextFormat {
  validate: (text: string) => boolean;
  /** What is wrong with a text, and what to write. */
  describe: (text: string) => string;
}

/** Formats of text that contracts and settings use beside the standard ones. */
export const textFormats: Record<string, TextFormat> = {
  /** One line that a person can see. */
  label: {
    validate: (text) => VISIBLE.test(text) && !CONTROL.test(text),
    describe: () => 'must be one line with visible characters, and without control characters',
  },
  /** A line that may be empty. */
  line: {
    validate: (text) => !CONTROL.test(text),
    describe: () => 'must be one line, without control characters',
  },
  'iso-country': { validate: isCountry, describe: describeNotCountry },
  'iso-currency': { validate: isCurrency, describe: describeNotCurrency },
  // ITU-T E.164
  phone: {
    validate: (text) => /^\+[1-9]\d{6,14}$/.test(text),
    describe: () => 'must be + and the country code before the number, without blanks, such as +442079460000',
  },
};

/** Neither blank, nor zero-width, nor a mark of direction; U+2800 is a Braille pattern without dots. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\u2800]/u;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
