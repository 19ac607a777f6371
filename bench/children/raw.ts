import pg from 'pg';
import { BY_KEY } from '../../oms/src/context.ts';
import { newOrderId } from '../../oms/src/orders/identity.ts';
import { acceptOrder } from '../../oms/src/orders/orders.queries.ts';
import { newOrders } from '../setup/orders.ts';
import { answer } from './answer.ts';
import { startTiming, type Timing } from './timing.ts';

/** The statement that accepts an order, driven by the database's driver and nothing else. */

const { text, names } = await preparedForm();
const orders = newOrders(5_000, 2);
let accepted = 0;

answer({
  async run(input: { database_url: string; seconds: number; connections: number }): Promise<Timing> {
    const clients = await Promise.all(
      Array.from({ length: input.connections }, async () => {
        const options = Object.entries(BY_KEY).map(([name, value]) => `-c ${name}=${value}`);
        const client = new pg.Client({
          connectionString: input.database_url,
          application_name: 'raw',
          options: options.join(' '),
        });
        await client.connect();
        return client;
      }),
    );
    const until_ms = performance.now() + input.seconds * 1000;
    const timing = startTiming();
    await Promise.all(
      clients.map(async (client) => {
        while (performance.now() < until_ms) {
          const from_ms = performance.now();
          const { rows } = await client.query({ name: 'accept', text, values: nextValues() });
          if (!rows[0]['accepted!']) throw new Error('an order was not accepted');
          timing.add(from_ms);
        }
      }),
    );
    const result = timing.finish();
    await Promise.all(clients.map((client) => client.end()));
    return result;
  },
});

function nextValues(): unknown[] {
  const number = accepted++;
  const { lines, shipping_address, payment_method } = orders[number % orders.length]!;
  const now = new Date();
  const id = newOrderId(null, now.getTime());
  const total_amount = lines.reduce((sum, { quantity }) => sum + quantity * 1_250, 0);
  const parameters: Record<string, unknown> = {
    id,
    slot: 1,
    customer_id: null,
    currency: 'GBP',
    total_amount,
    shipping_address,
    payment_method,
    created_at: now,
    skus: lines.map(({ sku }) => sku),
    quantities: lines.map(({ quantity }) => quantity),
    unit_prices: lines.map(() => 1_250),
    agreed: lines.map(() => false),
    event_data: { total_amount, currency: 'GBP', lines: lines.length },
    idempotency_key: `raw-${process.pid}-${number}`,
    request_hash: 'x'.repeat(43),
    answer_status: 202,
    answer_etag: '"1"',
    answer_body: JSON.stringify({
      id,
      status: 'pending',
      lines,
      shipping_address,
      allowed_actions: 'x'.repeat(350),
    }),
  };
  return names.map((name) => parameters[name]);
}

/** The statement as it goes over the wire, and the order of its parameters. */
async function preparedForm(): Promise<{ text: string; names: string[] }> {
  let form = { text: '', names: [] as string[] };
  const named = new Proxy({}, { get: (_target, name) => name, has: () => true });
  const query = async (statement: string, values: string[]) => {
    form = { text: statement, names: values };
    return { rows: [], rowCount: 0 };
  };
  await acceptOrder.run(named as Parameters<typeof acceptOrder.run>[0], { query } as never);
  return form;
}
