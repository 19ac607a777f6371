import { ApiClient, type ApiClientOptions } from './client.ts';
import type { Invoice } from './invoices.ts';
import { differenceFrom, type Outcome, summarise } from './outcome.ts';
import { placeOrders } from './place.ts';
import type { ShowStage } from './stage.ts';
import { watchOrders } from './watch.ts';

export interface PlayOptions extends ApiClientOptions {
  show: ShowStage;
  invoices: readonly Invoice[];
  /** How long to wait while no order ends. Default one minute. */
  patience_ms?: number;
}

export const SAMPLE = new URL('../../../data/online-retail-2010-12.csv', import.meta.url);

/**
 * Plays invoices as orders through the public API, as a shop would: creates products and customers, places
 * each order and waits for its end. Run again after an interruption it does only what is missing.
 * @throws PlayError naming each order that did not come out as its invoice says
 */
export async function play(options: PlayOptions): Promise<Outcome> {
  const { invoices, show, stopped, patience_ms = 60_000 } = options;
  await using api = new ApiClient(options);
  const placed = await placeOrders(api, invoices, show);
  const orders = await watchOrders(api, placed, show, { patience_ms, stopped });

  const differences = invoices.flatMap((invoice, index) => {
    const difference = differenceFrom(invoice, orders[index]!);
    return difference ? [`${invoice.number} (${orders[index]!.id}): ${difference}`] : [];
  });
  if (differences.length > 0) throw new PlayError(differences, invoices.length);
  return summarise(orders);
}

/** Whether the shop has nothing yet. */
export async function isShopEmpty(options: ApiClientOptions): Promise<boolean> {
  await using api = new ApiClient(options);
  const [products, orders] = await Promise.all(
    ['products', 'orders'].map((list) => api.get<unknown[]>(`/api/v1/${list}?limit=1`)),
  );
  return products!.length === 0 && orders!.length === 0;
}

export class PlayError extends Error {
  override name = 'PlayError';

  constructor(differences: string[], invoices_count: number) {
    const lines = differences.map((difference) => `  ${difference}`).join('\n');
    super(`${differences.length} of ${invoices_count} orders differ from their invoices:\n${lines}`);
  }
}
