import { setTimeout as delay } from 'node:timers/promises';
import pMap from 'p-map';
import type { Order, OrderSummary } from '../generated/contract/types.gen.ts';
import { type ApiClient, REQUESTS_MAX } from './client.ts';
import type { Placed } from './place.ts';
import type { ShowStage } from './stage.ts';

export interface WatchOptions {
  /** How long to wait while no order ends. */
  patience_ms: number;
  stopped: AbortSignal;
}

const POLL_MS = 250;

/**
 * Waits until the orders have ended, then reads each of them. Those that ask for a person, or that do not
 * end while the patience lasts, are given as they are: they go on without us.
 */
export async function watchOrders(
  api: ApiClient,
  placed: readonly Placed[],
  show: ShowStage,
  { patience_ms, stopped }: WatchOptions,
): Promise<Order[]> {
  const open = new Set(placed.map(({ order }) => order.id));
  const from = placed.map(({ order }) => order.created_at).sort()[0];
  await show('Fulfilment', open.size, async (advance) => {
    for (let patience_ends = Date.now() + patience_ms; open.size > 0 && Date.now() < patience_ends; ) {
      const before = open.size;
      for await (const order of api.list<OrderSummary>(`/api/v1/orders?limit=200&created_from=${from}`)) {
        if (order.ended_at !== null || order.attention !== null) open.delete(order.id);
      }
      if (open.size < before) patience_ends = Date.now() + patience_ms;
      advance(before - open.size);
      if (open.size > 0) await delay(POLL_MS, undefined, { signal: stopped });
    }
    return open.size === 0 ? 'each order has come to its end' : `${open.size} orders are still on their way`;
  });
  return pMap(placed, ({ order }) => api.get<Order>(`/api/v1/orders/${order.id}`), {
    concurrency: REQUESTS_MAX,
  });
}
