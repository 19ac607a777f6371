import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTemporalServer, type TemporalServer } from '../src/engine/temporal/server.ts';
import {
  followsCancel,
  followsOrder,
  metricsOf,
  type Observed,
  startObserved,
  TRACE_ID,
} from './observed.ts';

let server: TemporalServer;
let observed: Observed;
before(async () => {
  server = await startTemporalServer();
  const temporal = { engine: 'temporal', temporal_address: server.address } as const;
  observed = await startObserved({ config: { ...temporal, retry_first_delay_ms: 30 } });
  await observed.network.api.stock('LAMP', 20);
});
after(async () => {
  await observed?.network.stop();
  await server?.stop();
});

test('on Temporal an order tells in all that is done for it which request placed it', async () => {
  const id = await followsOrder(observed);
  const own = observed.lines.filter(
    ({ workflow_id, msg }) => workflow_id === `order-${id}` && msg === 'progress',
  );
  const failed = observed.lines.find(({ activity_type, msg }) => activity_type && msg === 'Activity failed');
  assert.equal(failed?.trace_id, TRACE_ID, 'what Temporal tells of a step');
  for (const { run_id, workflow_type, order_id } of own) {
    assert.match(String(run_id), /^[0-9a-f-]{36}$/);
    assert.deepEqual([workflow_type, order_id], ['order', id]);
  }
});

test('on Temporal what is done because of a cancel tells the request that cancelled', async () => {
  await followsCancel(observed);
});

test("the metrics are ours and Temporal's own", async () => {
  const metrics = await metricsOf(observed);
  assert.equal(metrics.get('orders_ended_total{status="completed"}'), 1);
  const names = [...metrics.keys()].map((name) => name.split('{')[0]);
  for (const name of [
    'temporal_workflow_completed_total',
    'temporal_activity_execution_latency_seconds_count',
  ])
    assert.ok(names.includes(name), `${name} is not in ${[...new Set(names)].join(' ')}`);
});
