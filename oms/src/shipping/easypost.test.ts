import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { postJson, type Running, startSandbox } from '../../../sandbox/tests/start.ts';
import { clearFaults, HASTY_MS, nobody, PATIENT_MS, refusalOf, troubles } from '../../tests/adapters.ts';
import type { StepErrorKind } from '../errors.ts';
import type { Offer, Purchase } from './carrier.ts';
import { EasyPostCarrier } from './easypost.ts';
import { connectEasyPost } from './easypost_client.ts';

const ADDRESS = {
  name: 'Ada Lovelace',
  line1: '12 Square',
  city: 'London',
  postal_code: 'SW1Y 4JH',
  country: 'GB',
};
const first = { ask_first: false };
const again = { ask_first: true };

describe('EasyPost', () => {
  let sandbox: Running;
  let carrier: EasyPostCarrier;
  let hasty: EasyPostCarrier;
  before(async () => {
    sandbox = await startSandbox();
    carrier = carrierAt(sandbox.url, PATIENT_MS);
    hasty = carrierAt(sandbox.url, HASTY_MS);
  });
  afterEach(() => clearFaults(sandbox));
  after(() => sandbox.stop());

  async function offered(): Promise<Purchase & Offer> {
    const order_id = newOrderId();
    return { order_id, ...(await carrier.offer({ order_id, address: ADDRESS })) };
  }

  async function bought(): Promise<Purchase> {
    const offer = await offered();
    await carrier.buy(offer, first);
    return offer;
  }

  /** The parcel in the carrier's own books. */
  async function parcel({ provider_id }: Purchase) {
    const { tracking_code, refund_status } = await sandbox.easypost.Shipment.retrieve(provider_id);
    return { isBought: Boolean(tracking_code), isRefunded: Boolean(refund_status) };
  }

  describe('offer', () => {
    it('names the cheapest service, and buys nothing', async () => {
      const offer = await offered();
      assert.deepEqual([offer.carrier, offer.service], ['USPS', 'GroundAdvantage']);
      assert.deepEqual(await parcel(offer), { isBought: false, isRefunded: false });
    });

    it('can be found at the carrier by the order’s id', async () => {
      const order_id = newOrderId();
      const { provider_id } = await carrier.offer({ order_id, address: ADDRESS });
      assert.equal((await sandbox.easypost.Shipment.retrieve(order_id)).id, provider_id);
    });

    it('names company and phone, and no postal code where there is none', async () => {
      const { postal_code, ...rest } = ADDRESS;
      const address = {
        ...rest,
        company: 'Babbage & Co',
        phone: '+85221234567',
        city: 'Hong Kong',
        country: 'HK',
      };
      const { provider_id } = await carrier.offer({ order_id: newOrderId(), address });
      const { to_address } = await sandbox.easypost.Shipment.retrieve(provider_id);
      const { company, phone, zip } = to_address;
      assert.deepEqual({ company, phone, zip }, { company: 'Babbage & Co', phone: '+85221234567', zip: '' });
    });

    for (const bad of [{ country: 'XX' }, { postal_code: '00000' }]) {
      it(`to ${JSON.stringify(bad)} is declined, in our own words`, async () => {
        const address = { ...ADDRESS, ...bad };
        const refusal = await refusalOf(carrier.offer({ order_id: newOrderId(), address }));
        assert.deepEqual([refusal.kind, refusal.code], ['declined', 'shipping_declined']);
        assert.equal(refusal.detail, 'The carrier does not know this address.');
      });
    }
  });

  describe('buy', () => {
    it('twice buys once, and names the same parcel', async () => {
      const offer = await offered();
      const { tracking_code } = await carrier.buy(offer, first);
      assert.match(tracking_code, /^EZ/);
      assert.deepEqual(await carrier.buy(offer, first), { tracking_code });
      assert.deepEqual(await carrier.buy(offer, again), { tracking_code });
    });

    for (const options of [first, again]) {
      it(`whose answer was lost is done, ${options.ask_first ? '' : 'not '}asking first`, async () => {
        const offer = await offered();
        await sandbox.order({ operation: 'shipments.buy', kind: 'drop_after', times: 1 });
        await assert.rejects(carrier.buy(offer, first), { kind: 'unknown' });
        assert.match((await carrier.buy(offer, options)).tracking_code, /^EZ/);
      });
    }

    it('that never arrived is made when it is tried again', async () => {
      const offer = await offered();
      await sandbox.order({ operation: 'shipments.buy', kind: 'drop_before', times: 1 });
      await assert.rejects(carrier.buy(offer, first), { kind: 'unknown' });
      await carrier.buy(offer, again);
      assert.deepEqual(await parcel(offer), { isBought: true, isRefunded: false });
    });

    it('at a price that the parcel was not offered for is declined', async () => {
      const { rate_id } = await offered();
      assert.equal((await refusalOf(carrier.buy({ ...(await offered()), rate_id }, first))).kind, 'declined');
    });
  });

  const sure = { in_doubt: false };

  describe('giveBack', () => {
    const doubtful = { in_doubt: true };

    it('of a parcel that was bought has it refunded, whether or not that was known', async () => {
      for (const options of [sure, doubtful]) {
        const offer = await bought();
        await carrier.giveBack(offer, options);
        assert.deepEqual(await parcel(offer), { isBought: true, isRefunded: true });
      }
    });

    it('of a parcel that may yet be bought leaves nothing to buy for a request that comes late', async () => {
      const offer = await offered();
      await carrier.giveBack(offer, doubtful);
      await carrier.buy(offer, first);
      assert.deepEqual(await parcel(offer), { isBought: true, isRefunded: true });
    });

    it('again, or after someone else did it, changes nothing', async () => {
      for (const options of [sure, doubtful]) {
        const offer = await bought();
        await sandbox.easypost.Shipment.refund(offer.provider_id);
        await carrier.giveBack(offer, options);
        await carrier.giveBack(offer, options);
        assert.deepEqual(await parcel(offer), { isBought: true, isRefunded: true });
      }
    });

    it('of what the carrier will not sell has nothing to do', async () => {
      const { rate_id } = await offered();
      const offer = { ...(await offered()), rate_id };
      await carrier.giveBack(offer, doubtful);
      assert.deepEqual(await parcel(offer), { isBought: false, isRefunded: false });
    });

    it('whose answer was lost is repeated without harm', async () => {
      const offer = await bought();
      await sandbox.order({ operation: 'shipments.refund', kind: 'drop_after', times: 1 });
      await assert.rejects(carrier.giveBack(offer, sure), { kind: 'unknown' });
      await carrier.giveBack(offer, sure);
      assert.deepEqual(await parcel(offer), { isBought: true, isRefunded: true });
    });
  });

  describe('track', () => {
    it('tells where the parcel is, since when, and when it is expected', async () => {
      const offer = await bought();
      const { status, expected_at } = await carrier.track(offer);
      assert.equal(status, 'pre_transit');
      assert.ok(expected_at && expected_at.getTime() > Date.now());
      await postJson(`${sandbox.url}/parcels/${offer.provider_id}/tracking`, { status: 'delivered' });
      const news = await carrier.track(offer);
      assert.deepEqual([news.provider_id, news.status], [offer.provider_id, 'delivered']);
    });
  });

  describe('inspect', () => {
    const statuses = async (order_id: string, ids: string[]) =>
      (await carrier.inspect(order_id, ids)).map(({ status }) => status);

    it('finds an order’s parcel by its id and by the order’s, and tells what it has come to', async () => {
      const order_id = newOrderId();
      const offer = { order_id, ...(await carrier.offer({ order_id, address: ADDRESS })) };
      assert.deepEqual(await statuses(order_id, []), ['offered']);
      const { tracking_code } = await carrier.buy(offer, first);
      const [record] = await carrier.inspect(order_id, [offer.provider_id]);
      const { provider_id: id, rate_id, carrier: name, service } = offer;
      assert.deepEqual(record, { id, status: 'live', rate_id, carrier: name, service, tracking_code });
      await carrier.giveBack(offer, sure);
      assert.deepEqual(await statuses(order_id, [offer.provider_id]), ['given_back']);
    });

    it('finds nothing where there is nothing, and each of several', async () => {
      const order_id = newOrderId();
      assert.deepEqual(await carrier.inspect(order_id, ['shp_0']), []);
      const offers = [await offered(), await offered()];
      const ids = offers.map(({ provider_id }) => provider_id);
      assert.deepEqual(await statuses(order_id, ids), ['offered', 'offered']);
    });
  });

  describe('an error', () => {
    for (const [kind, fault] of troubles) {
      it(`by ${fault.kind} ${fault.status ?? ''} is ${kind}, whatever was asked for`, async () => {
        const offer = await bought();
        await sandbox.order(fault);
        await assertAllFail(fault.kind === 'hang_before' ? hasty : carrier, offer, kind);
      });
    }

    it('is unavailable when nobody listens there', async () => {
      const offer = { order_id: newOrderId(), provider_id: 'shp_1', rate_id: 'rate_1' };
      for (const url of await nobody()) await assertAllFail(carrierAt(url, PATIENT_MS), offer, 'unavailable');
    });
  });
});

let orders = 0;

function newOrderId(): string {
  return `ord_${++orders}`;
}

function carrierAt(url: string, timeout_ms: number): EasyPostCarrier {
  return new EasyPostCarrier(connectEasyPost({ key: 'EZTKsandbox', url, timeout_ms }));
}

async function assertAllFail(carrier: EasyPostCarrier, offer: Purchase, kind: StepErrorKind): Promise<void> {
  const attempts = [
    carrier.offer({ order_id: newOrderId(), address: ADDRESS }),
    carrier.buy(offer, first),
    carrier.buy(offer, again),
    carrier.giveBack(offer, { in_doubt: true }),
    carrier.giveBack(offer, { in_doubt: false }),
    carrier.track(offer),
    carrier.inspect(newOrderId(), [offer.provider_id]),
  ];
  for (const refusal of await Promise.all(attempts.map(refusalOf))) assert.equal(refusal.kind, kind);
}
