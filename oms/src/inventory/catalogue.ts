import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { findPrices } from './inventory.queries.ts';

export interface Price {
  unit_price: number;
  currency: string;
}

/**
 * Prices by SKU, read through a cache. They may be stale: whoever writes with them compares them with the
 * catalogue in the same statement, and on a difference forgets them and reads again.
 */
export class Catalogue {
  readonly #pool: pg.Pool;
  readonly #prices: LRUCache<string, Price>;

  constructor(pool: pg.Pool, prices_max = 50_000) {
    this.#pool = pool;
    this.#prices = new LRUCache({ max: prices_max, ttl: 60_000 });
  }

  /** The prices of those SKUs that are products. */
  async prices(skus: Iterable<string>): Promise<Map<string, Price>> {
    const found = new Map<string, Price>();
    const missing: string[] = [];
    for (const sku of new Set(skus)) {
      const price = this.#prices.get(sku);
      if (price) found.set(sku, price);
      else missing.push(sku);
    }
    if (missing.length > 0) {
      for (const { sku, unit_price, currency } of await findPrices.run({ skus: missing }, this.#pool)) {
        this.#prices.set(sku, { unit_price, currency });
        found.set(sku, { unit_price, currency });
      }
    }
    return found;
  }

  forget(skus: Iterable<string>): void {
    for (const sku of skus) this.#prices.delete(sku);
  }
}
