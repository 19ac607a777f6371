import pMap from 'p-map';
import type { Product } from '../generated/contract/types.gen.ts';
import { type ApiClient, REQUESTS_MAX } from './client.ts';
import type { Shop } from './shop.ts';
import type { ShowStage } from './stage.ts';

/**
 * Puts the shop's products on sale, receives their stock and creates its customers. What an interrupted
 * load has done is seen in the catalogue itself, because idempotency keys are forgotten after a day.
 */
export async function load(api: ApiClient, shop: Shop, show: ShowStage): Promise<void> {
  const { products, customers } = shop;
  await show('Catalogue', products.length, async (advance) => {
    const known = await knownProducts(api);
    await pMap(
      products,
      async ({ sku, product, stock }) => {
        const path = `/api/v1/products/${sku}`;
        const before = known.get(sku);
        if (!before) await api.put(path, product);
        if (!before?.stock.received) {
          await api.post(`${path}/receipts`, `online-retail-${sku}`, { quantity: stock });
        }
        advance();
      },
      { concurrency: REQUESTS_MAX },
    );
    return `${count(products.length)} products with stock`;
  });
  await show('Customers', customers.length, async (advance) => {
    await pMap(
      customers,
      async ({ id, customer }) => {
        await api.put(`/api/v1/customers/${id}`, customer);
        advance();
      },
      { concurrency: REQUESTS_MAX },
    );
    return `${count(customers.length)} customers`;
  });
}

async function knownProducts(api: ApiClient): Promise<Map<string, Product>> {
  const known = new Map<string, Product>();
  for await (const product of api.list<Product>('/api/v1/products?limit=200'))
    known.set(product.sku, product);
  return known;
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}
