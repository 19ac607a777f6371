import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PARCEL, postJson, type Running, startSandbox } from './start.ts';

let sandbox: Running;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

const shipments = () => sandbox.easypost.Shipment;
// The client's types ask for whole addresses; its wire format does not.
const create = (changes: object = {}) => shipments().create({ ...PARCEL, ...changes } as never);

test('a parcel is rated: the heavier, the dearer', async () => {
  const light = await create({ reference: 'ord_1', options: { label_format: 'PDF' } });
  assert.match(light.id, /^shp_/);
  assert.equal(light.reference, 'ord_1');
  assert.equal(light.to_address.city, 'Springfield');
  assert.equal(light.tracking_code, null);
  assert.equal(light.selected_rate, null);
  assert.deepEqual(
    light.rates.map(({ carrier, service }) => `${carrier} ${service}`),
    ['USPS GroundAdvantage', 'USPS Priority', 'UPS Ground', 'UPS NextDayAir'],
  );
  assert.equal((light as unknown as { lowestRate(): { rate: string } }).lowestRate().rate, '6.90');
  const heavy = await create({ parcel: { weight: 100, length: 10, width: 8, height: 4 } });
  assert.ok(Number(heavy.rates[0]!.rate) > Number(light.rates[0]!.rate));
});

test('buy gives label, tracking code, tracker and selected rate', async () => {
  const { id, rates } = await create();
  const bought = await shipments().buy(id, rates[1]!.id);
  assert.equal(bought.selected_rate.id, rates[1]!.id);
  assert.equal(bought.selected_rate.service, 'Priority');
  assert.match(bought.tracking_code, /^EZ[0-9A-F]{32}$/);
  assert.match(bought.postage_label.label_url, /^https:/);
  assert.equal(bought.tracker.tracking_code, bought.tracking_code);
  assert.equal(bought.refund_status, null);
  const { _params, ...found } = { ...(await shipments().retrieve(id)) } as Record<string, unknown>;
  assert.equal(found.tracking_code, bought.tracking_code);

  const tracker = await sandbox.easypost.Tracker.retrieve(bought.tracker.id);
  assert.equal(tracker.shipment_id, id);
  assert.equal(tracker.status, 'pre_transit');
  const { trackers } = await sandbox.easypost.Tracker.all({ tracking_code: bought.tracking_code });
  assert.equal(trackers[0]?.id, tracker.id);
});

test('postage is bought once, refunded or not', async () => {
  const { id, rates } = await create();
  const bought = await shipments().buy(id, rates[0]!.id);
  const exists = { statusCode: 422, code: 'SHIPMENT.POSTAGE.EXISTS' };
  await assert.rejects(shipments().buy(id, rates[1]!.id), exists);
  await shipments().refund(id);
  await assert.rejects(shipments().buy(id, rates[0]!.id), exists);
  assert.equal((await shipments().retrieve(id)).tracking_code, bought.tracking_code);
});

test('of many purchases at once one succeeds', async () => {
  const { id, rates } = await create();
  const outcomes = await Promise.allSettled(rates.concat(rates).map((rate) => shipments().buy(id, rate.id)));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('refund takes the postage back, once', async () => {
  const { id, rates } = await create();
  const unavailable = { statusCode: 422, code: 'SHIPMENT.REFUND.UNAVAILABLE' };
  await assert.rejects(shipments().refund(id), unavailable);
  const { tracker } = await shipments().buy(id, rates[0]!.id);
  const refunded = await shipments().refund(id);
  assert.equal(refunded.refund_status, 'submitted');
  await assert.rejects(shipments().refund(id), unavailable);
  assert.equal((await shipments().retrieve(id)).refund_status, 'submitted');
  assert.equal((await sandbox.easypost.Tracker.retrieve(tracker.id)).status, 'cancelled');
});

test('the carrier decides days later about a refund: what it rejects is live again', async () => {
  const { id, rates } = await create({ reference: 'ord_later' });
  const settle = (status: string) => postJson(`${sandbox.url}/parcels/ord_later/refund`, { status });
  await shipments().buy(id, rates[0]!.id);
  assert.equal((await settle('rejected')).status, 409);
  await shipments().refund(id);
  assert.equal((await settle('submitted')).status, 400);
  assert.equal((await settle('rejected')).status, 200);
  assert.equal((await shipments().retrieve(id)).refund_status, 'rejected');
  assert.equal((await shipments().refund(id)).refund_status, 'submitted');
  assert.equal((await settle('refunded')).status, 200);
  const { refund_status, tracker } = await shipments().retrieve(id);
  assert.deepEqual([refund_status, tracker.status], ['refunded', 'cancelled']);
  await assert.rejects(shipments().refund(id), { code: 'SHIPMENT.REFUND.UNAVAILABLE' });
});

test('a reference finds its parcel: the live one before the newest', async () => {
  const [older, newer] = [await create({ reference: 'ord_ref' }), await create({ reference: 'ord_ref' })];
  assert.equal((await shipments().retrieve('ord_ref')).id, newer.id);
  await shipments().buy(older.id, older.rates[0]!.id);
  assert.equal((await shipments().retrieve('ord_ref')).id, older.id);
  await shipments().refund(older.id);
  assert.equal((await shipments().retrieve('ord_ref')).id, newer.id);
});

test('the carriers refuse some destinations, and give no rates for some weights', async () => {
  const address = (change: object) => ({ to_address: { ...PARCEL.to_address, ...change } });
  const undeliverable = { statusCode: 422, code: 'ADDRESS.VERIFY.FAILURE' };
  await assert.rejects(create(address({ country: 'XX' })), undeliverable);
  await assert.rejects(create(address({ zip: '00000' })), undeliverable);
  const { rates, messages } = await create({ parcel: { weight: 1121 } });
  assert.deepEqual(rates, []);
  assert.deepEqual(
    messages.map(({ carrier, type }) => `${carrier} ${type}`),
    ['USPS rate_error', 'UPS rate_error'],
  );
  const { rates: heaviest, messages: none } = await create({ parcel: { weight: 1120 } });
  assert.deepEqual([heaviest.length, none.length], [4, 0]);
});

test('parameters are checked, all at once', async () => {
  await assert.rejects(create({ to_address: undefined, parcel: { weight: -1 } }), (error) => {
    const { code, errors } = error as { code: string; errors: { field: string }[] };
    assert.equal(code, 'SHIPMENT.INVALID_PARAMS');
    assert.deepEqual(
      errors.map(({ field }) => field),
      ['parcel.weight', 'to_address'],
    );
    return true;
  });
  const { id } = await create();
  const other = await create();
  await assert.rejects(shipments().buy(id, other.rates[0]!.id), { code: 'SHIPMENT.RATES.UNAVAILABLE' });
  await assert.rejects(shipments().buy(id, undefined as never), { code: 'SHIPMENT.MISSING_RATE' });
});

test('what is not there is not found; a key is needed', async () => {
  const missing = { statusCode: 404, code: 'NOT_FOUND' };
  await assert.rejects(shipments().retrieve('shp_none'), missing);
  await assert.rejects(shipments().buy('shp_none', 'rate_none'), missing);
  await assert.rejects(shipments().refund('shp_none'), missing);
  await assert.rejects(sandbox.easypost.Tracker.retrieve('trk_none'), missing);
  await assert.rejects(sandbox.easypost.makeApiCall('get', 'parcels'), missing);
  assert.equal((await fetch(`${sandbox.url}/v2/shipments`)).status, 401);
});

test('parcels survive a restart', async () => {
  const { id, rates } = await create({ reference: 'ord_restart' });
  await sandbox.restart();
  const bought = await shipments().buy(id, rates[0]!.id);
  assert.equal(bought.reference, 'ord_restart');
});
