import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { startTemporalServer, type TemporalServer } from '../src/engine/temporal/server.ts';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { table } from '../src/orders/workflow.ts';
import { workflowId } from '../src/outbox/relay.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

/** Workers of Temporal are processes of their own here, and die as `kill -9` kills. */
describe('on Temporal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderprocessing-temporal-'));
  const workers = new Set<ChildProcess>();
  let server: TemporalServer;
  let network: Network;
  const port = () => Number(server.address.split(':')[1]);
  const startServer = async (at: number) => {
    server = await startTemporalServer({ port: at, database_file: join(folder, 'temporal.db') });
  };

  before(async () => {
    await startServer(0);
    const config = { engine: 'temporal' as const, temporal_address: server.address };
    network = await startNetwork({ config, worker: false });
    await network.api.stock('CUP', 10_000);
  });
  afterEach(() => network.sandbox.call('DELETE', '/faults'));
  after(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    try {
      await assertInvariants(network);
    } finally {
      await network.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const place = () => network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] });
  const placeMany = (count: number) => Promise.all(Array.from({ length: count }, place));
  const endAll = (orders: Order[]) => Promise.all(orders.map(({ id }) => network.api.ended(id)));

  /** A worker that kills itself at the point. */
  async function startWorker(point = 'never'): Promise<ChildProcess> {
    const script = new URL('./crashing-service.ts', import.meta.url).pathname;
    const args = [script, network.database_url, network.sandbox_url, point, server.address];
    const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
    await once(createInterface(worker.stdout), 'line');
    return worker;
  }

  it('orders are completed though each step’s worker dies when it has acted, before Temporal knows', async () => {
    const placed: Order[] = [];
    for (const { step } of table) {
      const dying = await startWorker(`after:${step}`);
      placed.push(...(await placeMany(2)));
      if (isAlive(dying)) await once(dying, 'exit');
      assert.equal(dying.signalCode, 'SIGKILL');
    }
    const healthy = await startWorker();
    assert.ok((await endAll(placed)).every(({ status }) => status === 'completed'));
    healthy.kill('SIGKILL');
  });

  it('a parcel that is booked slowly is booked once, by another worker, when its worker dies', async () => {
    const slow = { operation: 'shipments.buy', kind: 'slow', delay_ms: 4_000, times: 1 };
    await network.sandbox.call('POST', '/faults', slow);
    const [first, second] = [await startWorker(), await startWorker()];
    const { id } = await place();
    const found = await atWork(server.address, id, 'arrange_shipping', /^buying parcel shp_/);
    // Temporal names a worker by its process.
    const [dying, other] = found.worker.startsWith(`${first.pid}@`) ? [first, second] : [second, first];
    dying.kill('SIGKILL');
    const order = await network.api.ended(id);
    assert.equal(order.status, 'completed');
    await assertInvariants(network);
    other.kill('SIGKILL');
  });

  it('orders are completed though the server is stopped and started while they are carried', async () => {
    const worker = await startWorker();
    const placed = await placeMany(10);
    await network.api.until(placed[0]!.id, ({ stage }) => stage !== 'accepted');
    const at = port();
    await server.stop();
    placed.push(...(await placeMany(5)));
    await startServer(at);
    assert.ok((await endAll(placed)).every(({ status }) => status === 'completed'));
    worker.kill('SIGKILL');
  });
});

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Waits until the step is at work and has told a position like this. */
async function atWork(address: string, order_id: string, step: string, position: RegExp) {
  const connection = await Connection.connect({ address });
  try {
    const handle = new Client({ connection }).workflow.getHandle(workflowId(order_id));
    for (;;) {
      const { raw } = await handle.describe().catch(() => ({ raw: undefined }));
      const activity = raw?.pendingActivities?.find(({ activityType }) => activityType?.name === step);
      const data = activity?.heartbeatDetails?.payloads?.[0]?.data;
      const told = data ? JSON.parse(Buffer.from(data).toString()) : '';
      if (activity && position.test(told)) return { worker: activity.lastWorkerIdentity ?? '' };
      await delay(20);
    }
  } finally {
    await connection.close();
  }
}
