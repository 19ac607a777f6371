import assert from 'node:assert/strict';
import type { Config } from '../src/config/config.ts';
import type { AttentionPlan, Order, OrderEvent } from '../src/generated/contract/types.gen.ts';
import { newKey } from './client.ts';
import { type Network, startNetwork } from './network.ts';

export const WHO = { by: 'grace', note: 'Seen in the dashboard' };
/** Nobody can tell whether it acted. */
export const broken = (operation: string, kind = 'fail_before') => ({ operation, kind, status: 500 });
/** It has not acted, and says so. */
export const away = (operation: string) => ({ operation, kind: 'fail_before', status: 503 });

/** A system in which orders get stuck on demand, and are mended. */
export async function startStuck(config: Partial<Config> = {}) {
  const network: Network = await startNetwork({ config: { provider_timeout_ms: 300, ...config } });
  await network.api.stock('CUP', 1_000);
  const clear = () => network.sandbox.call('DELETE', '/faults');
  const ask = (id: string, body: object, key = newKey()) =>
    network.api.call('POST', `/api/v1/orders/${id}/attention`, body, { 'idempotency-key': key });
  const dryRun = async (id: string, action: string) => {
    const before = await traces(id);
    const answer = await ask(id, { action, ...WHO, dry_run: true });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(await traces(id), before, 'a dry run changes nothing');
    return answer.body as AttentionPlan;
  };

  /** Everything that an action might leave behind. */
  async function traces(id: string) {
    const { rows } = await network.pool.query(
      `SELECT (SELECT count(*) FROM idempotency_keys) AS keys, (SELECT count(*) FROM outbox) AS outbox,
         (SELECT json_agg(payment_entries) FROM payment_entries WHERE order_id = $1) AS entries,
         (SELECT json_agg(shipments) FROM shipments WHERE order_id = $1) AS shipments, to_json(orders) AS "order"
       FROM orders WHERE id = $1`,
      [id],
    );
    return { rows, events: await network.api.events(id) };
  }

  async function stuck(faults: object[], cancel = false): Promise<Order> {
    for (const fault of faults) {
      const { status, body } = await network.sandbox.call('POST', '/faults', fault);
      assert.equal(status, 201, JSON.stringify(body));
    }
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 2 }] });
    const isStuck = ({ attention, stage }: Order) => attention !== null && (!cancel || stage === 'unwinding');
    if (cancel) {
      await network.api.until(id, ({ attention }) => attention !== null);
      await network.sandbox.call('DELETE', `/faults/${await faultId('payment_intents.retrieve')}`);
      assert.equal((await network.api.cancel(id)).status, 202);
    }
    return network.api.until(id, isStuck);
  }

  async function faultId(operation: string): Promise<string> {
    const { body } = await network.sandbox.call('GET', '/faults');
    return body.find((fault: { operation: string }) => fault.operation === operation).id;
  }

  async function eventOf(id: string, type: string): Promise<OrderEvent> {
    const { body } = await network.api.call<OrderEvent[]>('GET', `/api/v1/orders/${id}/events?limit=200`);
    const event = body.find((one) => one.type === type);
    assert.ok(event, `no ${type} among ${body.map((one) => one.type)}`);
    return event;
  }

  return { network, clear, ask, dryRun, stuck, eventOf };
}
