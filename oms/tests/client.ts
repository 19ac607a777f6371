import { setTimeout as delay } from 'node:timers/promises';
import type { NewOrder, Order, OrderEvent, Stock } from '../src/generated/contract/types.gen.ts';

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

// Both only end a wait that would never end: a slow machine must not reach them.
const REQUEST_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 120_000;
const POLL_MS = 10;

/** Talks to the service as any client would, and knows the requests that many tests make. */
export class Client {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the tests assert what bodies hold
  async call<Body = any>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(this.address + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': newKey() }),
        ...headers,
      },
      ...(body !== undefined && { body: toBody(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** Puts a product on sale with that much stock. */
  async stock(sku: string, quantity: number, unit_price = 250): Promise<void> {
    const product = { name: `Product ${sku}`, unit_price, currency: 'GBP' };
    expectStatus([200, 201], await this.call('PUT', `/api/v1/products/${sku}`, product));
    if (quantity > 0)
      expectStatus([201], await this.call('POST', `/api/v1/products/${sku}/receipts`, { quantity }));
  }

  async place(order: Partial<NewOrder> & Pick<NewOrder, 'lines'>, headers = {}): Promise<Order> {
    const answer = await this.call<Order>('POST', '/api/v1/orders', newOrder(order), headers);
    expectStatus([202], answer);
    return answer.body;
  }

  async order(id: string): Promise<Order> {
    return (await this.call<Order>('GET', `/api/v1/orders/${id}`)).body;
  }

  async cancel(id: string, reason?: string): Promise<Answer<Order>> {
    return this.call('POST', `/api/v1/orders/${id}/cancel`, reason === undefined ? undefined : { reason });
  }

  async stockOf(sku: string): Promise<Stock> {
    return (await this.call<Stock>('GET', `/api/v1/products/${sku}/stock`)).body;
  }

  /** The types of the order's events, oldest first. */
  async events(id: string): Promise<string[]> {
    const { body } = await this.call<OrderEvent[]>('GET', `/api/v1/orders/${id}/events?limit=200`);
    return body.map((event) => event.type);
  }

  /** Watches an order until it has come to what is awaited. */
  async until(id: string, awaited: (order: Order) => boolean, timeout_ms = END_TIMEOUT_MS): Promise<Order> {
    const deadline = Date.now() + timeout_ms;
    for (;;) {
      const order = await this.order(id);
      if (awaited(order)) return order;
      if (Date.now() > deadline) {
        throw new Error(`order ${id} never came to what was awaited; it is ${JSON.stringify(order)}`);
      }
      await delay(POLL_MS);
    }
  }

  ended(id: string, timeout_ms?: number): Promise<Order> {
    return this.until(id, (order) => order.ended_at !== null, timeout_ms);
  }
}

export function newOrder(order: Partial<NewOrder> & Pick<NewOrder, 'lines'>): NewOrder {
  return {
    shipping_address: {
      name: 'Ada Lovelace',
      line1: '12 Square',
      city: 'London',
      postal_code: 'SW1Y 4JH',
      country: 'GB',
    },
    payment_method: 'pm_card_visa',
    ...order,
  };
}

let keys = 0;

export function newKey(): string {
  return `test-${process.pid}-${Date.now()}-${++keys}`;
}

function expectStatus(expected: number[], { status, body }: Answer<unknown>): void {
  if (expected.includes(status)) return;
  throw new Error(`expected ${expected.join(' or ')}, got ${status}: ${JSON.stringify(body)}`);
}

/** Texts and bytes are sent as they are. */
function toBody(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  return Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body);
}
