/**
 * ISO 4217 gives these no minor unit, and Stripe counts them in hundredths all the same; the hundredths are always 00.
 * https://docs.stripe.com/currencies#special-cases
 */
const IN_HUNDREDTHS: ReadonlySet<string> = new Set(['ISK', 'UGX']);

/** @param amount in minor units of ISO 4217 */
export function toStripeAmount(amount: number, currency: string): number {
  return amount * factorOf(currency);
}

/** @returns minor units of ISO 4217 */
export function fromStripeAmount(amount: number, currency: string): number {
  return amount / factorOf(currency);
}

function factorOf(currency: string): number {
  return IN_HUNDREDTHS.has(currency.toUpperCase()) ? 100 : 1;
}
