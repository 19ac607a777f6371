import type { ProductInList } from '../generated/contract/types.gen.ts';
import type { ApiClient } from './client.ts';
import type { Invoice } from './invoices.ts';
import type { Shop } from './shop.ts';

/**
 * Gives what an invoice needs before its order can be placed: its products on sale and in stock, its
 * customer known; each once. What an interrupted play has done is seen in the catalogue itself, because
 * idempotency keys are forgotten after a day.
 */
export async function prepareFor(api: ApiClient, shop: Shop): Promise<(invoice: Invoice) => Promise<void>> {
  const known = await knownProducts(api);
  const begun = new Map<string, Promise<void>>();

  async function stock(sku: string): Promise<void> {
    const { product, stock } = shop.products.get(sku)!;
    const path = `/api/v1/products/${sku}`;
    const before = known.get(sku);
    if (!before) await api.put(path, product);
    if (before?.stock.received) return;
    await api.post(`${path}/receipts`, `online-retail-${sku}`, { quantity: stock });
  }

  function once(name: string, work: () => Promise<void>): Promise<void> {
    const done = begun.get(name) ?? work();
    begun.set(name, done);
    return done;
  }

  return async ({ lines, customer_id: id }) => {
    const needed = lines.map(({ sku }) => once(`product ${sku}`, () => stock(sku)));
    if (id !== undefined) {
      const put = () => api.put(`/api/v1/customers/${id}`, shop.customers.get(id)!);
      needed.push(once(`customer ${id}`, put));
    }
    await Promise.all(needed);
  };
}

async function knownProducts(api: ApiClient): Promise<Map<string, ProductInList>> {
  const known = new Map<string, ProductInList>();
  for await (const product of api.list<ProductInList>('/api/v1/products?limit=200'))
    known.set(product.sku, product);
  return known;
}
