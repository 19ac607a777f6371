import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { table } from '../src/orders/workflow.ts';
import { Client } from './client.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

const steps = table.map(({ step }) => step);
// The capture's own is left out: what is unavailable has not acted, so there is nothing to give back.
const compensations = table
  .flatMap(({ compensation }) => compensation ?? [])
  .slice(0, -1)
  .reverse();
const wayBack = ['begin_unwinding', ...compensations, 'cancel_order'];

const providerCalls = [
  'payment_intents.create',
  'shipments.create',
  'shipments.buy',
  'payment_intents.capture',
] as const;

/** Whatever a process had in hand when it was killed, the next one carries to its end. */
describe('after kill -9', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork();
    await network.api.stock('CUP', 10_000);
  });
  afterEach(() => network.sandbox.call('DELETE', '/faults'));
  after(() => assertInvariants(network).finally(() => network.stop()));

  for (const step of steps) {
    for (const moment of ['before', 'after']) {
      it(`${moment} ${step} the order is completed by the next process`, async () => {
        const id = await placeAtCrash(network, `${moment}:${step}`);
        assert.equal((await network.api.ended(id)).status, 'completed');
      });
    }
  }

  for (const step of wayBack) {
    for (const moment of ['before', 'after']) {
      it(`${moment} ${step} the order is cancelled by the next process`, async () => {
        // A capture that stays out of reach sends an order all the way back.
        const fault = { operation: 'payment_intents.capture', kind: 'fail_before' };
        assert.equal((await network.sandbox.call('POST', '/faults', fault)).status, 201);
        const id = await placeAtCrash(network, `${moment}:${step}`);
        assert.equal((await network.api.ended(id)).status, 'cancelled');
      });
    }
  }

  for (const operation of providerCalls) {
    it(`in the middle of ${operation}, which acted, the order is completed by the next process`, async () => {
      const { body: fault } = await network.sandbox.call('POST', '/faults', {
        operation,
        kind: 'hang_after',
        times: 1,
      });
      const id = await placeAtCrash(network, 'never', async (child) => {
        await struck(network, fault.id);
        child.kill('SIGKILL');
      });
      assert.equal((await network.api.ended(id)).status, 'completed');
    });
  }

  it('between the answer and the start, the order is carried all the same', async () => {
    const id = await placeAtCrash(network, 'unstarted', (child) => child.kill('SIGKILL'));
    assert.equal((await network.api.ended(id)).status, 'completed');
  });
});

/** Places an order with a process that dies of it, and starts the service anew. */
async function placeAtCrash(
  network: Network,
  point: string,
  kill?: (child: ChildProcess) => unknown,
): Promise<string> {
  await network.stopService();
  const script = new URL('./crashing-service.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, network.database_url, network.sandbox_url, point], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(DEATH_TIMEOUT_MS) });
    const [address] = await once(createInterface(child.stdout), 'line');
    const { id } = await new Client(address).place({ lines: [{ sku: 'CUP', quantity: 1 }] });
    await kill?.(child);
    const [, signal] = await exited;
    assert.equal(signal, 'SIGKILL');
    return id;
  } finally {
    child.kill('SIGKILL');
    await network.restart();
  }
}

const DEATH_TIMEOUT_MS = 120_000;
const STRIKE_TIMEOUT_MS = 120_000;

async function struck(network: Network, fault_id: string): Promise<void> {
  const deadline = Date.now() + STRIKE_TIMEOUT_MS;
  for (;;) {
    const { body } = await network.sandbox.call('GET', '/faults');
    const faults: { id: string; fired: number }[] = Array.isArray(body) ? body : (body.faults ?? body.data);
    if (faults.some((fault) => fault.id === fault_id && fault.fired > 0)) return;
    assert.ok(Date.now() < deadline, 'the fault never struck');
    await delay(10);
  }
}
