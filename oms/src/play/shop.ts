import type { CustomerInput, NewOrder, ProductInput } from '../generated/contract/types.gen.ts';
import { CURRENCY, type Invoice, type InvoiceLine } from './invoices.ts';
import { addressOf } from './places.ts';

/** A shop in which all invoices can be sold. */
export interface Shop {
  /** By SKU, with the stock to receive. */
  products: Map<string, { product: ProductInput; stock: number }>;
  customers: Map<string, CustomerInput>;
}

export function toShop(invoices: readonly Invoice[]): Shop {
  const lines = Map.groupBy(
    invoices.flatMap((invoice) => invoice.lines),
    (line) => line.sku,
  );
  const customer_ids = new Set(invoices.flatMap((invoice) => invoice.customer_id ?? []));
  return {
    products: new Map([...lines].map(([sku, sold]) => [sku, toProduct(sold)])),
    customers: new Map([...customer_ids].map((id) => [id, { name: `Customer ${id}` }])),
  };
}

function toProduct(sold: readonly InvoiceLine[]) {
  return {
    product: {
      name: sold[0]!.description,
      unit_price: cataloguePrice(sold.map((line) => line.unit_price)),
      currency: CURRENCY,
    },
    stock: withSpare(sold.reduce((total, line) => total + line.quantity, 0)),
  };
}

/** The most frequent of the prices that a product sold at; of equally frequent ones the lowest. */
export function cataloguePrice(prices: readonly number[]): number {
  const counted = [...Map.groupBy(prices, (price) => price)].map(([price, same]) => ({
    price,
    count: same.length,
  }));
  return counted.reduce((best, one) => {
    if (one.count !== best.count) return one.count > best.count ? one : best;
    return one.price < best.price ? one : best;
  }).price;
}

/** The invoice as an order: each line at the price that was agreed then. */
export function toNewOrder(invoice: Invoice): NewOrder {
  return {
    customer_id: invoice.customer_id ?? null,
    currency: CURRENCY,
    lines: invoice.lines.map(({ sku, quantity, unit_price }) => ({ sku, quantity, unit_price })),
    shipping_address: addressOf(invoice),
    payment_method: 'pm_card_visa',
  };
}

function withSpare(quantity: number): number {
  return quantity + Math.max(10, Math.ceil(quantity / 10));
}
