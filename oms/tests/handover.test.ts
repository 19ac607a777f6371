import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLogger } from '@oms/kit/logger.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { startProgram } from '@oms/kit/testing/program.ts';
import type { Config } from '../src/config/config.ts';
import { createWorker } from '../src/context.ts';
import { startTemporalServer, type TemporalServer } from '../src/engine/temporal/server.ts';
import { findEngineInUse } from '../src/handover/engine_in_use.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork, testConfig } from './network.ts';

const ORDERS = 5;
/** By themselves the orders would come back after an hour. */
const PATIENT = { outage_first_wait_ms: 3_600_000, outage_deadline_ms: 24 * 3_600_000 };

describe('when another engine is to carry the orders', () => {
  let server: TemporalServer;
  let network: Network;
  let temporal: Partial<Config>;
  before(async () => {
    server = await startTemporalServer();
    temporal = { ...PATIENT, engine: 'temporal', temporal_address: server.address, track_deliveries: true };
    network = await startNetwork({ config: PATIENT });
    await network.api.stock('CUP', 1_000);
  });
  after(async () => {
    await assertInvariants(network).finally(() => network.stop());
    await server.stop();
  });

  const place = async () => {
    await network.sandbox.call('POST', '/faults', { operation: 'shipments.buy', kind: 'fail_before' });
    const ids: string[] = [];
    for (let number = 0; number < ORDERS; number++) {
      ids.push((await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] })).id);
    }
    for (const id of ids) await network.api.until(id, ({ waiting_for }) => waiting_for === 'carrier');
    return ids;
  };
  const completed = async (ids: string[]) => {
    await network.sandbox.call('DELETE', '/faults');
    for (const id of ids) {
      const { status, payment } = await network.api.ended(id);
      assert.deepEqual([status, payment?.captured_amount], ['completed', payment?.authorised_amount]);
    }
  };
  /** A second worker, which must not start. */
  const refused = async (config: Partial<Config>) => {
    const worker = await createWorker({
      config: testConfig(network.sandbox_url, config),
      database_url: network.database_url,
      logger: createLogger('silent'),
    });
    try {
      await assert.rejects(worker.start(), (error: Error) => {
        assert.ok(error instanceof OperatorError, String(error));
        assert.match(
          error.message,
          /carried on the embedded engine|carried on Temporal at|Another process carries/,
        );
        return true;
      });
    } finally {
      await worker.stop();
    }
  };

  it('those under way are handed over at once, from the embedded engine to Temporal', async () => {
    assert.equal((await findEngineInUse(network.pool))?.engine, 'embedded');
    const ids = await place();
    await network.restart({ config: temporal });
    assert.equal((await findEngineInUse(network.pool))?.server, server.address);
    await completed(ids);
    const { rows } = await network.pool.query(
      "SELECT count(*)::int AS left FROM dbos.workflow_status WHERE status <> 'SUCCESS'",
    );
    assert.equal(rows[0].left, 0, 'the embedded engine goes on with none of them later');
  });

  it('and from Temporal to the embedded engine', async () => {
    const ids = await place();
    await network.restart({ config: PATIENT });
    await completed(ids);
    const ended = await place();
    await network.restart({ config: temporal });
    await completed(ended);
  });

  it('a worker of the other engine is refused while one carries them, and says so', async () => {
    await network.restart({ config: temporal });
    await refused(PATIENT);
    await network.restart({ config: PATIENT });
    await refused(temporal);
    const id = (await network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] })).id;
    assert.equal((await network.api.ended(id)).status, 'completed');
  });

  it('npm run verify asks the engine that carries them, without being told which', async () => {
    await network.restart({ config: temporal });
    const ids = await place();
    const settings = {
      ORDERPROCESSING_DATABASE_URL: network.database_url,
      ORDERPROCESSING_STRIPE_URL: network.sandbox_url,
      ORDERPROCESSING_EASYPOST_URL: network.sandbox_url,
    };
    const command = startProgram('oms/src/main/verify.ts', settings, ['--json']);
    assert.equal(await command.ended, 0, command.output());
    assert.equal(JSON.parse(command.output()).orders.in_flight, ORDERS);
    await completed(ids);
  });
});
