import { setTimeout as delay } from 'node:timers/promises';
import type { Order, OrderEvent, OrderSummary } from '../oms/src/generated/contract/types.gen.ts';
import type { FoundOrder } from './load/book.ts';
import { openRequests, type Requests } from './load/requests.ts';

export interface Drained {
  /** Undefined when orders were left at the end of the time. */
  drained_after_ms: number | undefined;
  /** How often an order that asked for attention was retried, as an operator would. */
  attention_retries: number;
  /** Orders that asked for attention, with the reason of the first time. */
  attention: Asked[];
}

interface Asked {
  id: string;
  code: string;
  detail: string;
}

const LIMIT = 200;
const POLL_MS = 500;
const TELL_EVERY_MS = 10_000;
/** A retry takes its time before the order asks no more. */
const RETRY_EVERY_MS = 5_000;
const AT_ONCE = 8;
const NEXT = /<([^>]+)>; rel="next"/;

/** Waits until every order has ended, and retries those that ask for attention. */
export async function drain(
  api_url: string,
  options: { timeout_ms: number; tell: (text: string) => void; stopped: AbortSignal },
): Promise<Drained> {
  const requests = openRequests(api_url, options.stopped);
  const began_ms = performance.now();
  const attention = new Map<string, Asked>();
  const retried_at_ms = new Map<string, number>();
  let attention_retries = 0;
  let told_ms = began_ms;
  try {
    for (;;) {
      const open = [...(await list(requests, 'pending')), ...(await list(requests, 'processing'))];
      const elapsed_ms = performance.now() - began_ms;
      const result = { attention_retries, attention: [...attention.values()] };
      if (open.length === 0) return { ...result, drained_after_ms: elapsed_ms };
      if (elapsed_ms > options.timeout_ms || options.stopped.aborted) {
        options.tell(`left after ${seconds(elapsed_ms)}: ${open.slice(0, 5).map(describe).join('; ')}`);
        return { ...result, drained_after_ms: undefined };
      }
      for (const order of open) {
        const since_ms = performance.now() - (retried_at_ms.get(order.id) ?? Number.NEGATIVE_INFINITY);
        if (!order.attention || since_ms < RETRY_EVERY_MS) continue;
        retried_at_ms.set(order.id, performance.now());
        const { code, detail } = order.attention;
        if (!attention.has(order.id)) attention.set(order.id, { id: order.id, code, detail });
        attention_retries++;
        await retry(requests, order.id, attention_retries);
      }
      if (performance.now() - told_ms > TELL_EVERY_MS) {
        told_ms = performance.now();
        options.tell(`${open.length} orders have not ended, such as ${describe(open.at(-1)!)}`);
      }
      await delay(POLL_MS);
    }
  } finally {
    await requests.close();
  }
}

/** Every order that the API tells of, with its events. */
export async function readAll(api_url: string, stopped: AbortSignal): Promise<FoundOrder[]> {
  const requests = openRequests(api_url, stopped);
  try {
    const left = await list(requests);
    const found: FoundOrder[] = [];
    const reader = async () => {
      for (let order = left.pop(); order; order = left.pop()) {
        const { id, status, total_amount } = order;
        const answer = await requests.untilAnswered('GET', `/api/v1/orders/${id}/events?limit=${LIMIT}`);
        const events = answer ? (JSON.parse(answer.text) as OrderEvent[]).map(({ type }) => type) : [];
        found.push({ id, status, total_amount, events });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reader));
    return found;
  } finally {
    await requests.close();
  }
}

async function list(requests: Requests, status?: string): Promise<OrderSummary[]> {
  const orders: OrderSummary[] = [];
  const filter = status ? `&status=${status}` : '';
  for (let next: string | undefined = `/api/v1/orders?limit=${LIMIT}${filter}`; next; ) {
    const answer = await requests.untilAnswered('GET', next);
    if (!answer) return orders;
    if (answer.status !== 200) throw new Error(`${next} was answered with ${answer.status} ${answer.code}`);
    orders.push(...(JSON.parse(answer.text) as OrderSummary[]));
    next = NEXT.exec(answer.link)?.[1];
  }
  return orders;
}

async function retry(requests: Requests, id: string, number: number): Promise<void> {
  const headers = { 'idempotency-key': `chaos-retry-${number}` };
  const body = { action: 'retry', note: 'The chaos is over.' };
  await requests.untilAnswered('POST', `/api/v1/orders/${id}/attention`, { body, headers });
}

function describe({ id, stage, attention }: Pick<Order, 'id' | 'stage' | 'attention'>): string {
  return `${id}, ${stage}${attention ? `, asking for attention: ${attention.code}` : ''}`;
}

function seconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(1)} s`;
}
