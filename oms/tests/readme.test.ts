import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { commandsOf, type Tour, takeTour } from '@oms/kit/testing/tour.ts';
import { until } from '../../sandbox/tests/start.ts';
import { registerWebhook } from '../src/shipping/easypost_webhook.ts';
import { newOrder } from './client.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork, testConfig } from './network.ts';

const README = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const TOUR = 'A tour with curl';

describe('the tour', () => {
  let network: Network;
  before(async () => {
    // The tour cancels an order while it waits for its next try, as it does at the default pace.
    network = await startNetwork({ config: { retry_first_delay_ms: 1_000, provider_timeout_ms: 5_000 } });
    const { sandbox_url: url, api } = network;
    const secret = testConfig(url).easypost_webhook_secret!;
    await registerWebhook({ key: 'EZTKsandbox', url, secret, address: api.address });
  });
  after(() => assertInvariants(network).finally(() => network.stop()));

  /** The same commands, to this system instead of the one that the reader started. */
  const here = (command: string) =>
    command
      .replaceAll('http://127.0.0.1:8080', network.api.address)
      .replaceAll('http://127.0.0.1:8090', network.sandbox_url);

  for (const [walk, taken] of [
    ['for the first time', 1],
    ['once more on the same data', 2],
  ] as const) {
    describe(walk, () => {
      let tour: Tour;
      before(async () => {
        tour = await takeTour(README, TOUR, here);
      });

      it('puts a product on sale, and stock arrives', () => {
        assert.match(tour.outputOf('products/TEAPOT \\'), /"unit_price":1999/);
        assert.match(
          tour.outputOf('-receipt"'),
          new RegExp(`"received":${10 * taken},"on_hand":${8 * taken + 2}`),
        );
      });

      it('has an order of a known customer accepted', () => {
        assert.match(tour.outputOf('customers/ada'), /"id":"ada"/);
        const output = tour.outputOf('NEW_ORDER=');
        assert.match(output, /^HTTP\/1.1 202/m);
        assert.match(output, /^location: \/api\/v1\/orders\/ord_/m);
        assert.match(output, /"stage":"accepted".*"total_amount":3998/);
      });

      it('sees it come to its end, and its timeline tells how', () => {
        const output = tour.outputOf('"status":"completed"');
        assert.match(output, /"captured_amount":3998/);
        assert.match(output, /"tracking_code":"\w+"/);
        const events = tour.outputOf('/events');
        assert.match(events, /"sequence":1,"type":"order.accepted".*"type":"order.completed"/);
      });

      it('sees its parcel delivered', () => {
        assert.match(tour.outputOf('/tracking"'), /"status":"delivered".*"delivered_at":"\d{4}-/s);
      });

      it('cannot cancel an order that has ended', () => {
        assert.match(tour.outputOf('-cancel-1'), /"code":"order_not_cancellable"/);
      });

      it('cancels an order in time, which takes everything back', async () => {
        const output = tour.outputOf('-cancel-2');
        assert.match(output, /"status":"cancelled".*"code":"customer_request","detail":"Wrong colour"/);
        assert.match(output, /"payment":{"status":"voided","authorised_amount":3998,"captured_amount":0/);
        assert.match(output, /"shipment":{"status":"cancelled"/);
        assert.deepEqual((await network.sandbox.call('GET', '/faults')).body, []);
      });

      it('sees a declined card cancel its order', () => {
        assert.match(tour.outputOf('chargeDeclined'), /"cancellation":{"code":"payment_declined"/);
      });

      it('is told every wrong field', () => {
        const output = tour.outputOf('"colour"');
        for (const pointer of ['/lines/0/quantity', '/shipping_address', '/payment_method', '/colour'])
          assert.ok(output.includes(`"pointer":"${pointer}"`), pointer);
      });

      it('finds that the stock adds up in the end', () => {
        const [received, left, sold] = [10 * taken, 8 * taken, 2 * taken];
        const stock = `"received":${received},"on_hand":${left},"reserved":0,"available":${left},"sold":${sold}`;
        assert.ok(tour.outputOf('grep -o \'"stock"').includes(stock), stock);
      });
    });
  }

  it('leaves no fault behind when it is interrupted', async () => {
    const breaking = commandsOf(README, TOUR).find((command) => command.includes('/faults'));
    const order = JSON.stringify(newOrder({ lines: [{ sku: 'TEAPOT', quantity: 1 }] }));
    const script = `RUN=interrupted; NEW_ORDER='${order}'\n${here(breaking!)}`;
    const shell = spawn('bash', ['-c', script], { detached: true, stdio: 'ignore' });
    const faults = async () => (await network.sandbox.call('GET', '/faults')).body;
    await until(async () => (await faults()).length > 0);
    process.kill(-shell.pid!, 'SIGINT');
    await once(shell, 'close');
    assert.deepEqual(await faults(), []);
    const { body: orders } = await network.api.call('GET', '/api/v1/orders?status=processing');
    for (const { id } of orders) await network.api.ended(id);
  });
});
