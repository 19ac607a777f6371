import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { type Tour, takeTour } from '@oms/kit/testing/tour.ts';
import { registerWebhook } from '../src/shipping/easypost_webhook.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork, testConfig } from './network.ts';

const README = new URL('../../README.md', import.meta.url);

let network: Network;
let tour: Tour;

before(async () => {
  // The tour cancels an order while it waits for its next try, as it does at the default pace.
  network = await startNetwork({ config: { retry_first_delay_ms: 1_000, provider_timeout_ms: 5_000 } });
  const { sandbox_url: url, api } = network;
  const secret = testConfig(url).easypost_webhook_secret!;
  await registerWebhook({ key: 'EZTKsandbox', url, secret, address: api.address });
  tour = await takeTour(await readFile(README, 'utf8'), 'A tour with curl', here);
});
after(() => network.stop());

test('a product comes on sale, and stock arrives', () => {
  assert.match(tour.outputOf('products/TEAPOT \\'), /"unit_price":1999/);
  assert.match(tour.outputOf('tour-receipt-1'), /"received":10,"on_hand":10/);
});

test('an order of a known customer is accepted', () => {
  assert.match(tour.outputOf('customers/ada'), /"id":"ada"/);
  const output = tour.outputOf('tour-order-1');
  assert.match(output, /^HTTP\/1.1 202/m);
  assert.match(output, /^location: \/api\/v1\/orders\/ord_/m);
  assert.match(output, /"stage":"accepted".*"total_amount":3998/);
});

test('it comes to its end, and its timeline tells how', () => {
  const output = tour.outputOf('COMPLETED=');
  assert.match(output, /"captured_amount":3998/);
  assert.match(output, /"tracking_code":"\w+"/);
  assert.match(tour.outputOf('/events'), /"sequence":1,"type":"order.accepted".*"type":"order.completed"/);
});

test('its parcel is delivered', () => {
  assert.match(tour.outputOf('/tracking"'), /"delivered_at":"\d{4}-/);
});

test('an order that has ended cannot be cancelled', () => {
  assert.match(tour.outputOf('tour-cancel-1'), /"code":"order_not_cancellable"/);
});

test('an order that is cancelled in time takes everything back', () => {
  const output = tour.outputOf('tour-cancel-2');
  assert.match(output, /"status":"cancelled".*"code":"customer_request","detail":"Wrong colour"/);
  assert.match(output, /"payment":{"status":"voided","authorised_amount":9995,"captured_amount":0/);
  assert.match(output, /"shipment":{"status":"cancelled"/);
});

test('a declined card cancels its order', () => {
  assert.match(tour.outputOf('chargeDeclined'), /"cancellation":{"code":"payment_declined"/);
});

test('errors name every wrong field', () => {
  const output = tour.outputOf('"colour"');
  for (const pointer of ['/lines/0/quantity', '/shipping_address', '/payment_method', '/colour'])
    assert.ok(output.includes(`"pointer":"${pointer}"`), pointer);
});

test('the stock adds up in the end', async () => {
  assert.match(
    tour.outputOf('TEAPOT/stock'),
    /"received":10,"on_hand":8,"reserved":0,"available":8,"sold":2/,
  );
  await assertInvariants(network);
});

/** The same commands, to this system instead of the one that the reader started. */
function here(command: string): string {
  return command
    .replaceAll('http://127.0.0.1:8080', network.api.address)
    .replaceAll('http://127.0.0.1:8090', network.sandbox_url);
}
