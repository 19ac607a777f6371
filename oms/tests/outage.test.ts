import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestServer } from '@oms/kit/testing/database.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

/** A PostgreSQL of its own, because it is stopped and started under the service. */
describe('when the database goes away and comes back', () => {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let network: Network;
  before(async () => {
    server = await startTestServer();
    network = await startNetwork({ server_url: server.url });
    await network.api.stock('CUP', 1000);
  });
  after(async () => {
    await assertInvariants(network).finally(() => network.stop());
    server.stop();
  });

  it('requests get 503 meanwhile, and what was accepted is carried to its end', async () => {
    const placed = await Promise.all(
      Array.from({ length: 20 }, () => network.api.place({ lines: [{ sku: 'CUP', quantity: 1 }] })),
    );
    await server.restart(async () => {
      const { status, body, headers } = await network.api.call('GET', `/api/v1/orders/${placed[0]!.id}`);
      assert.equal(status, 503);
      assert.equal((body as { code: string }).code, 'unavailable');
      assert.equal(headers.get('retry-after'), '2');
      assert.equal((await network.api.call('GET', '/ready')).status, 503);
      assert.equal((await network.api.call('GET', '/health')).status, 200);
    });
    const ended = await Promise.all(placed.map(({ id }) => network.api.ended(id)));
    assert.ok(ended.every(({ status }) => status === 'completed'));
  });
});
