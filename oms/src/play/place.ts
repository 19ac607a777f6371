import pMap from 'p-map';
import type { Order, OrderSummary } from '../generated/contract/types.gen.ts';
import { type ApiClient, REQUESTS_MAX } from './client.ts';
import type { Invoice } from './invoices.ts';
import { invoiceOf } from './places.ts';
import { prepareFor } from './prepare.ts';
import { toNewOrder, toShop } from './shop.ts';
import type { ShowStage } from './stage.ts';

export interface Placed {
  invoice: Invoice;
  order: Pick<Order, 'id' | 'total_amount' | 'created_at'>;
}

/** Few, so that the first order need not wait for the products of many. */
const INVOICES_AT_ONCE = 4;

/**
 * Places an order for each invoice, except for those that an interrupted play placed. They are found
 * among the orders, because idempotency keys are forgotten after a day.
 */
export async function placeOrders(
  api: ApiClient,
  invoices: readonly Invoice[],
  show: ShowStage,
): Promise<Placed[]> {
  let placed: Placed[] = [];
  await show('Orders', invoices.length, async (advance) => {
    const before = await findPlaced(api, invoices);
    const shop = toShop(invoices);
    const prepare = await prepareFor(api, shop);
    placed = await pMap(
      invoices,
      async (invoice) => {
        await prepare(invoice);
        const order = before.get(invoice.number) ?? (await place(api, invoice));
        advance();
        return { invoice, order };
      },
      { concurrency: INVOICES_AT_ONCE },
    );
    const earlier = before.size === 0 ? '' : `, ${before.size} of them before`;
    return `${placed.length} placed${earlier}; ${shop.products.size.toLocaleString('en-GB')} products`;
  });
  return placed;
}

function place(api: ApiClient, invoice: Invoice): Promise<Order> {
  return api.post<Order>('/api/v1/orders', `online-retail-${invoice.number}`, toNewOrder(invoice));
}

async function findPlaced(api: ApiClient, invoices: readonly Invoice[]): Promise<Map<string, Order>> {
  const looked_for = new Set(
    invoices.map(({ customer_id, total_amount }) => likeness(customer_id, total_amount)),
  );
  const candidates: string[] = [];
  for await (const order of api.list<OrderSummary>('/api/v1/orders?limit=200')) {
    if (looked_for.has(likeness(order.customer_id ?? undefined, order.total_amount)))
      candidates.push(order.id);
  }
  const orders = await pMap(candidates, (id) => api.get<Order>(`/api/v1/orders/${id}`), {
    concurrency: REQUESTS_MAX,
  });
  return new Map(
    orders.flatMap((order) => {
      const number = invoiceOf(order.shipping_address);
      return number === undefined ? [] : [[number, order]];
    }),
  );
}

/** Lists show no addresses: only orders that could be an invoice's are read one by one. */
function likeness(customer_id: string | undefined, total_amount: number): string {
  return `${total_amount} ${customer_id}`;
}
