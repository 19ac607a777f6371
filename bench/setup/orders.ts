import { administer } from '@oms/kit/testing/database.ts';
import type { NewOrder } from '../../oms/src/generated/contract/types.gen.ts';

const SKUS = 1_000;
const HOT_SKUS = 20;
/** How many lines name one of the hot SKUs. */
const HOT_SHARE = 0.2;
const LINES = 3;
const UNIT_PRICE = 1_250;
const STOCK_EACH = 100_000_000;

/** A catalogue of a thousand products, each with more stock than any run can sell. */
export async function fillCatalogue(database_url: string): Promise<void> {
  await administer(
    database_url,
    `INSERT INTO products (sku, name, unit_price, currency)
     SELECT 'SKU-' || n, 'Product ' || n, ${UNIT_PRICE}, 'GBP' FROM generate_series(1, ${SKUS}) AS n;
     INSERT INTO stock (sku, received, on_hand) SELECT sku, ${STOCK_EACH}, ${STOCK_EACH} FROM products WHERE sku LIKE 'SKU-%';
     ANALYZE products, stock`,
  );
}

/** Requests for orders of three different products each; some products are far more in demand than others. */
export function newOrders(count: number, seed = 1): NewOrder[] {
  const chance = seeded(seed);
  return Array.from({ length: count }, () => {
    const skus = new Set<string>();
    while (skus.size < LINES) {
      const among = chance() < HOT_SHARE ? HOT_SKUS : SKUS;
      skus.add(`SKU-${1 + Math.floor(chance() * among)}`);
    }
    return {
      lines: [...skus].map((sku) => ({ sku, quantity: 1 + Math.floor(chance() * 3) })) as NewOrder['lines'],
      shipping_address: {
        name: 'Ada Lovelace',
        line1: '12 St James’s Square',
        city: 'London',
        postal_code: 'SW1Y 4JH',
        country: 'GB',
      },
      payment_method: 'pm_card_visa',
    };
  });
}

/** Chance that is the same in every run: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
