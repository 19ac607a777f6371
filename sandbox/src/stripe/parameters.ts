import { CARDS } from './cards.ts';
import { invalid, missing } from './errors.ts';

/** Parameters as a form or a query carries them: strings, nested by brackets. */
export type Parameters = Record<string, unknown>;

export const AMOUNT_MAX = 99_999_999;
export const LIST_LIMIT_MAX = 100;
const TEXT_LENGTH_MAX = 1000;
const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

/** A parameter that the sandbox does not know is refused, as Stripe does, rather than passed over. */
export function allowOnly(parameters: Parameters, names: readonly string[]): void {
  for (const name of Object.keys(parameters)) {
    if (!names.includes(name))
      throw invalid('parameter_unknown', `Received unknown parameter: ${name}`, name);
  }
}

export function readText(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(undefined, `Invalid string: ${name}`, name);
  if (value.length > TEXT_LENGTH_MAX) throw invalid(undefined, `Invalid string: ${name} is too long`, name);
  return value;
}

export function readChoice<T extends string>(
  parameters: Parameters,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = readText(parameters, name);
  if (value === undefined || choices.includes(value as T)) return value as T | undefined;
  throw invalid(undefined, `Invalid ${name}: must be one of ${choices.join(', ')}`, name);
}

export function readFlag(parameters: Parameters, name: string): boolean {
  return readChoice(parameters, name, ['true', 'false']) === 'true';
}

export function readInteger(
  parameters: Parameters,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const text = readText(parameters, name);
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(text))
    throw invalid('parameter_invalid_integer', `Invalid integer: ${text}`, name);
  const value = Number(text);
  if (value < min) {
    throw invalid('parameter_invalid_integer', `This value must be greater than or equal to ${min}.`, name);
  }
  if (value > max) {
    const code = name.startsWith('amount') ? 'amount_too_large' : 'parameter_invalid_integer';
    throw invalid(code, `This value must be less than or equal to ${max}.`, name);
  }
  return value;
}

export function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw invalid('parameter_missing', `Missing required param: ${name}.`, name);
}

/** Lower case only. https://docs.stripe.com/currencies#presentment-currencies */
export function readCurrency(parameters: Parameters): string {
  const currency = required(readText(parameters, 'currency'), 'currency');
  if (CURRENCIES.has(currency)) return currency;
  throw invalid(undefined, `Invalid currency: ${currency}.`, 'currency');
}

export function readPaymentMethod(parameters: Parameters): { id: string; declines: boolean } | undefined {
  const id = readText(parameters, 'payment_method');
  if (id === undefined) return undefined;
  const card = CARDS.get(id);
  if (!card) throw missing('PaymentMethod', id, 400);
  return { id, declines: card.decline !== undefined };
}

/** At most 50 keys of 40 characters, values of 500. https://docs.stripe.com/api/metadata */
export function readMetadata(parameters: Parameters): Record<string, string> {
  const metadata = parameters.metadata ?? {};
  if (metadata === '') return {};
  if (typeof metadata !== 'object' || Array.isArray(metadata))
    throw invalid(undefined, 'Invalid hash', 'metadata');
  const entries = Object.entries(metadata as object).filter(([, value]) => value !== '');
  if (entries.length > 50) throw invalid(undefined, 'Metadata can have up to 50 keys.', 'metadata');
  for (const [key, value] of entries) {
    if (typeof value !== 'string' || value.length > 500 || key.length > 40) {
      throw invalid(
        undefined,
        'Metadata keys have up to 40 characters, values up to 500.',
        `metadata[${key}]`,
      );
    }
  }
  return Object.fromEntries(entries);
}

export function readList(parameters: Parameters, name: string): string[] {
  const value = parameters[name] ?? [];
  const list = Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === 'string')) return list;
  throw invalid(undefined, `Invalid array: ${name}`, name);
}
