import { invalid } from './errors.ts';
import { AMOUNT_MAX, type Parameters, readInteger, required } from './parameters.ts';

/**
 * The least that is charged, in minor units. Stripe's table is by the account's currency; here each is taken for
 * the account's own, and other currencies have no minimum but 1.
 * https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 */
const AMOUNT_MIN: Readonly<Record<string, number>> = {
  ...{
    usd: 50,
    aed: 200,
    aud: 50,
    bgn: 100,
    brl: 50,
    cad: 50,
    chf: 50,
    czk: 1500,
    dkk: 250,
    eur: 50,
    gbp: 30,
  },
  ...{ hkd: 400, huf: 17_500, inr: 50, jpy: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, pln: 200, ron: 200 },
  ...{ sek: 300, sgd: 50, thb: 1000 },
};

/** What an amount must be a multiple of. https://docs.stripe.com/currencies#special-cases */
const AMOUNT_STEP: Readonly<Record<string, number>> = {
  // Three decimals, of which the last is 0.
  ...{ bhd: 10, jod: 10, kwd: 10, omr: 10, tnd: 10 },
  // No decimals, and yet counted in hundredths.
  ...{ isk: 100, ugx: 100 },
};

/** The amount of a charge in its currency; at most eight digits. */
export function readChargeAmount(parameters: Parameters, currency: string): number {
  const amount = required(readInteger(parameters, 'amount', 1, AMOUNT_MAX), 'amount');
  if (amount < (AMOUNT_MIN[currency] ?? 1)) {
    const message = `Amount must be no less than ${AMOUNT_MIN[currency]} ${currency} in minor units`;
    throw invalid('amount_too_small', message, 'amount');
  }
  const step = AMOUNT_STEP[currency] ?? 1;
  if (amount % step === 0) return amount;
  throw invalid(undefined, `An amount in ${currency} must be a multiple of ${step}.`, 'amount');
}
