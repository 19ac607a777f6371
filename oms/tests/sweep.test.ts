import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { workflowId } from '../src/outbox/relay.ts';
import { newKey, newOrder } from './client.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

describe('the sweep', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork();
    await network.api.stock('CUP', 1000);
  });
  after(() => assertInvariants(network).finally(() => network.stop()));

  it('starts an order whose start was lost', async () => {
    await network.restart({ worker: false });
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await network.pool.query('DELETE FROM outbox WHERE order_id = $1', [id]);
    await network.restart({});
    assert.equal((await network.context.sweeper.sweep(0)).restarted, 1);
    assert.equal((await network.api.ended(id)).status, 'completed');
  });

  it('asks for attention when a workflow failed by a defect', async () => {
    const lines: Record<string, unknown>[] = [];
    await network.restart({
      config: { log_level: 'warn' },
      log: { write: (line) => void lines.push(JSON.parse(line)) },
      wrapSteps: ({ validate_order: _, ...steps }) => steps,
    });
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] }, headers);
    while ((await network.context.engine.describe(workflowId(id))).state !== 'failed')
      await new Promise(setImmediate);
    assert.equal((await network.context.sweeper.sweep(0)).asked_for_attention, 1);
    assert.equal((await network.context.sweeper.sweep(0)).asked_for_attention, 0);
    assert.equal((await network.api.order(id)).attention?.code, 'step_failed');
    const warned = lines.filter(({ msg }) => msg === 'order requires attention');
    assert.deepEqual(
      warned.map(({ level, order_id, code, trace_id }) => ({ level, order_id, code, trace_id })),
      [{ level: 40, order_id: id, code: 'step_failed', trace_id: 'a'.repeat(32) }],
    );
    await network.restart({});
    await network.api.call('POST', `/api/v1/orders/${id}/attention`, { action: 'retry' });
    const order = await network.api.ended(id);
    assert.equal(order.status, 'completed');
    assert.equal(order.attention, null);
  });

  /** An order at this stage whose workflow the engine has lost. */
  async function placeLost(stage: 'reserved' | 'authorised' | 'shipped'): Promise<string> {
    const next = {
      reserved: 'authorise_payment',
      authorised: 'arrange_shipping',
      shipped: 'capture_payment',
    };
    await network.restart({
      wrapSteps: (steps) => ({ ...steps, [next[stage]]: () => new Promise(() => {}) }),
    });
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await network.api.until(id, (order) => order.stage === stage);
    await network.stopService();
    await network.pool.query('DELETE FROM dbos.workflow_status WHERE workflow_uuid = $1', [workflowId(id)]);
    await network.restart({});
    return id;
  }

  it('starts an order anew whose workflow was lost on its way', async () => {
    const id = await placeLost('authorised');
    assert.equal((await network.context.sweeper.sweep(0)).restarted, 1);
    assert.equal((await network.api.ended(id)).status, 'completed');
  });

  it('need not come first where an order with a lost workflow is cancelled: everything is taken back', async () => {
    for (const stage of ['reserved', 'authorised', 'shipped'] as const) {
      const id = await placeLost(stage);
      await network.api.cancel(id);
      const order = await network.api.ended(id);
      assert.equal(order.cancellation?.code, 'customer_request');
      assert.equal(order.payment?.status ?? 'none', stage === 'reserved' ? 'none' : 'voided');
    }
  });

  it('need not come first where an order with a lost workflow waits for a person: a retry starts it anew', async () => {
    const id = await placeLost('authorised');
    await network.pool.query(
      `UPDATE orders SET attention_code = 'step_failed', attention_detail = '', attention_since = now()
       WHERE id = $1`,
      [id],
    );
    await network.api.call('POST', `/api/v1/orders/${id}/attention`, { action: 'retry' });
    const order = await network.api.ended(id);
    assert.deepEqual([order.status, order.attention], ['completed', null]);
  });

  it('leaves orders alone that are on their way', async () => {
    await network.sandbox.call('POST', '/faults', {
      operation: 'shipments.create',
      kind: 'slow',
      delay_ms: 1_500,
      times: 1,
    });
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await network.api.until(id, ({ stage }) => stage === 'authorised');
    const { restarted, asked_for_attention } = await network.context.sweeper.sweep(0);
    assert.deepEqual({ restarted, asked_for_attention }, { restarted: 0, asked_for_attention: 0 });
    assert.equal((await network.api.ended(id)).status, 'completed');
  });

  it('forgets what is kept for a time only: old keys, and the engine’s records of ended orders', async () => {
    const headers = { 'idempotency-key': newKey() };
    const order = newOrder({ lines: [{ sku: 'CUP', quantity: 1 }] });
    const { body: first } = await network.api.call('POST', '/api/v1/orders', order, headers);
    while ((await network.context.engine.describe(workflowId(first.id))).state !== 'ended')
      await new Promise(setImmediate);
    await network.pool.query(
      "UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = $1",
      [headers['idempotency-key']],
    );
    await network.pool.query('UPDATE dbos.workflow_status SET completed_at = 1 WHERE workflow_uuid = $1', [
      workflowId(first.id),
    ]);
    const { keys_forgotten, workflows_forgotten } = await network.context.sweeper.sweep();
    assert.deepEqual({ keys_forgotten, workflows_forgotten }, { keys_forgotten: 1, workflows_forgotten: 1 });
    assert.deepEqual(await network.context.engine.describe(workflowId(first.id)), { state: 'missing' });
    const { body: second } = await network.api.call('POST', '/api/v1/orders', order, headers);
    assert.notEqual(second.id, first.id);
    await network.api.ended(second.id);
    await network.pool.query("UPDATE orders SET created_at = now() - interval '25 hours' WHERE id = $1", [
      first.id,
    ]);
  });
});
