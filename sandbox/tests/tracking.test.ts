import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startReceiver } from './receiver.ts';
import { PARCEL, postJson, type Running, startSandbox, until } from './start.ts';

let sandbox: Running;
before(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  const { webhooks } = await sandbox.easypost.Webhook.all();
  for (const { id } of webhooks) await sandbox.easypost.Webhook.delete(id);
});
after(() => sandbox.stop());

async function bought(reference: string) {
  const { id, rates } = await sandbox.easypost.Shipment.create({ ...PARCEL, reference } as never);
  return sandbox.easypost.Shipment.buy(id, rates[0]!.id);
}
const move = (id: string, status: string) => postJson(`${sandbox.url}/parcels/${id}/tracking`, { status });

test('a parcel is moved on its way, and its tracker shows where it has been', async () => {
  const { id, tracker } = await bought('ord_moved');
  assert.equal((await move('ord_moved', 'in_transit')).status, 200);
  assert.equal((await move(id, 'out_for_delivery')).status, 200);
  assert.equal((await move(id, 'delivered')).status, 200);
  const { status, tracking_details } = await sandbox.easypost.Tracker.retrieve(tracker.id);
  assert.equal(status, 'delivered');
  assert.deepEqual(
    tracking_details.map((detail) => detail.status),
    ['in_transit', 'out_for_delivery', 'delivered'],
  );
});

test('a parcel never goes back, and moves only when it is bought and not refunded', async () => {
  const { id } = await bought('ord_back');
  await move(id, 'out_for_delivery');
  assert.equal((await move(id, 'in_transit')).status, 409);
  await move(id, 'return_to_sender');
  assert.equal((await move(id, 'delivered')).status, 409);

  const unbought = await sandbox.easypost.Shipment.create(PARCEL as never);
  assert.equal((await move(unbought.id, 'in_transit')).status, 409);
  const refunded = await bought('ord_refunded');
  await sandbox.easypost.Shipment.refund(refunded.id);
  assert.equal((await move(refunded.id, 'in_transit')).status, 409);
  assert.equal((await move('shp_none', 'in_transit')).status, 404);
  assert.equal((await move(id, 'eaten')).status, 400);
});

test('a webhook is registered, listed and deleted by the official client', async () => {
  const { Webhook } = sandbox.easypost;
  const { id } = await Webhook.create({ url: 'http://127.0.0.1:1/x', webhook_secret: 'secret' });
  const listed = await Webhook.all();
  assert.deepEqual(
    listed.webhooks.map((webhook) => [webhook.id, webhook.url]),
    [[id, 'http://127.0.0.1:1/x']],
  );
  assert.ok(!JSON.stringify(listed.webhooks).includes('secret":'));
  await Webhook.delete(id);
  assert.deepEqual((await Webhook.all()).webhooks, []);
  await assert.rejects(async () => Webhook.delete(id), { statusCode: 404 });
  await assert.rejects(Webhook.create({ url: 'ftp://127.0.0.1/x' }), { statusCode: 422 });
});

test('a move is told as tracker.updated, signed as the official client checks it', async () => {
  const receiver = await startReceiver();
  await sandbox.easypost.Webhook.create({ url: receiver.url, webhook_secret: 'whsec_of_a_test' });
  const { id, tracking_code } = await bought('ord_told');
  await move(id, 'in_transit');
  await until(async () => receiver.received.length === 1);
  receiver.close();

  const { body, headers } = receiver.received[0]!;
  const check = (bytes: Buffer) =>
    sandbox.easypost.Utils.validateWebhook(bytes, headers, 'whsec_of_a_test') as Record<string, unknown>;
  const event = check(body);
  assert.equal(event.description, 'tracker.updated');
  assert.deepEqual(event.previous_attributes, { status: 'pre_transit' });
  const result = event.result as Record<string, unknown>;
  assert.deepEqual(
    [result.shipment_id, result.tracking_code, result.status],
    [id, tracking_code, 'in_transit'],
  );
  // Its weight is whole: written without a point, the client would take the signature for wrong.
  assert.match(body.toString(), /"weight":20\.0[,}]/);
  assert.throws(() => check(Buffer.from(body.toString().replace('in_transit', 'delivered'))));
});

test('an event that is not taken is sent again, the same', async () => {
  const receiver = await startReceiver(1);
  await sandbox.easypost.Webhook.create({ url: receiver.url });
  await bought('ord_retried');
  await move('ord_retried', 'delivered');
  await until(async () => receiver.received.length === 2);
  receiver.close();
  const [first, second] = receiver.received;
  assert.deepEqual(second?.body, first?.body);
  assert.equal(first?.headers['x-hmac-signature'], undefined);
});
