import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { until } from '../../sandbox/tests/start.ts';
import { deliveryId } from '../src/outbox/relay.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';
import { startTimeServer } from './time_server.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** The whole service on a server whose time jumps: what takes minutes passes at once. */
describe('waits of an order and its parcel', () => {
  let time: TestWorkflowEnvironment;
  let network: Network;
  before(async () => {
    time = await startTimeServer();
    network = await startNetwork({
      config: {
        engine: 'temporal',
        temporal_address: time.address,
        retry_first_delay_ms: SECOND_MS,
        provider_timeout_ms: 10_000,
        track_deliveries: true,
      },
    });
    await network.api.stock('CUP', 100);
  });
  afterEach(() => network.sandbox.call('DELETE', '/faults'));
  after(() =>
    assertInvariants(network)
      .finally(() => network.stop())
      .finally(() => time.teardown()),
  );

  /** Places an order at a provider that fails so. */
  async function place(fault: object) {
    assert.equal((await network.sandbox.call('POST', '/faults', fault)).status, 201);
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await network.api.until(id, (order) => order.stage !== 'accepted');
    return { id, workflow: time.client.workflow.getHandle(`order-${id}`) };
  }

  /** How long each of its waits was, in seconds. */
  async function waits(workflow: Awaited<ReturnType<typeof place>>['workflow']): Promise<number[]> {
    const { events } = await workflow.fetchHistory();
    return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
      timer ? [Number(timer.startToFireTimeout?.seconds)] : [],
    );
  }

  it('between the tries of a step are 1, 2, 4 and 8 s', async () => {
    const { id, workflow } = await place({
      operation: 'payment_intents.create',
      kind: 'fail_before',
      on: { first: 4 },
    });
    const began_at = await time.currentTimeMs();
    assert.equal(await workflow.result(), 'completed');
    assert.deepEqual(await waits(workflow), [1, 2, 4, 8]);
    assert.ok((await time.currentTimeMs()) - began_at >= 14 * SECOND_MS);
    assert.equal((await network.api.order(id)).status, 'completed');
  });

  it('for a person end after a minute at first: the order tries again by itself', async () => {
    const { id, workflow } = await place({
      operation: 'payment_intents.create',
      kind: 'fail_before',
      status: 500,
    });
    const began_at = await time.currentTimeMs();
    const result = workflow.result();
    await network.api.until(id, (order) => order.attention !== null);
    await network.sandbox.call('DELETE', '/faults');
    assert.equal(await result, 'completed');
    const [minute = 0, ...series] = (await waits(workflow)).slice(0, 5).reverse();
    assert.deepEqual(series.reverse(), [1, 2, 4, 8]);
    assert.ok(minute >= 45 && minute <= 60, `${minute} s`);
    assert.ok((await time.currentTimeMs()) - began_at >= minute * SECOND_MS);
    const events = await network.api.events(id);
    assert.ok(
      events.includes('order.attention_asked') && !events.includes('order.retry_asked'),
      events.join(),
    );
  });

  it('for news of a parcel end after a day: the carrier is asked', async () => {
    const { id } = await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await network.api.ended(id);
    const workflow = time.client.workflow.getHandle(deliveryId(id));
    await until(async () => (await network.context.engine.describe(workflow.workflowId)).state === 'running');
    const { shipment } = await network.api.order(id);
    // The carrier tells nobody: this service has not registered for its events.
    const path = `/parcels/${shipment?.provider_id}/tracking`;
    assert.equal((await network.sandbox.call('POST', path, { status: 'delivered' })).status, 200);
    const began_at = await time.currentTimeMs();
    assert.equal(await workflow.result(), 'delivered');
    assert.ok((await time.currentTimeMs()) - began_at >= 23 * 60 * MINUTE_MS);
    assert.equal((await network.api.order(id)).shipment?.tracking_status, 'delivered');
  });
});
