import type { FieldError } from '@oms/kit/http/problem.ts';
import type { Price } from '../inventory/catalogue.ts';
import { fieldProblem, type OrderProblemCode, orderProblem } from './errors.ts';
import { type PricedLine, TOTAL_AMOUNT_MAX, totalAmount } from './order.ts';

export interface RequestedLine {
  sku: string;
  quantity: number;
  /** Agreed with the customer; else the catalogue's price counts. In minor units. */
  unit_price?: number | undefined;
}

/** Puts prices on lines. @throws Problem naming every line that cannot be sold */
export function priceLines(
  lines: readonly RequestedLine[],
  prices: ReadonlyMap<string, Price>,
  currency: string,
): { lines: PricedLine[]; total_amount: number } {
  const errors: (FieldError & { code: OrderProblemCode })[] = [];
  const priced: PricedLine[] = [];
  for (const [index, { sku, quantity, unit_price }] of lines.entries()) {
    const price = prices.get(sku);
    const pointer = `/lines/${index}/sku`;
    if (!price) errors.push({ pointer, code: 'unknown_sku', detail: `There is no product ${sku}.` });
    else if (price.currency !== currency) {
      const detail = `${sku} sells in ${price.currency}, the order is in ${currency}.`;
      errors.push({ pointer, code: 'currency_mismatch', detail });
    } else priced.push({ sku, quantity, unit_price: unit_price ?? price.unit_price });
  }
  if (errors.length > 0) throw fieldProblem(errors);

  const total_amount = totalAmount(priced);
  if (total_amount < 1 || total_amount > TOTAL_AMOUNT_MAX) {
    throw orderProblem('total_out_of_range', {
      detail: `The total is ${total_amount}; it must be from 1 to ${TOTAL_AMOUNT_MAX} in minor units.`,
    });
  }
  return { lines: priced, total_amount };
}
