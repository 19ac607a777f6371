import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { ANSWERS } from '../../../sandbox/src/faults/answers.ts';
import { type Running, startSandbox } from '../../../sandbox/tests/start.ts';
import { clearFaults, HASTY_MS, PATIENT_MS, refusalOf } from '../../tests/adapters.ts';
import { StepError } from '../errors.ts';
import type { Purchase } from './carrier.ts';
import { EasyPostCarrier } from './easypost.ts';
import { connectEasyPost } from './easypost_client.ts';

const ADDRESS = { name: 'Ada', line1: '12 Square', city: 'London', postal_code: 'SW1Y 4JH', country: 'GB' };
const first = { ask_first: false };
const again = { ask_first: true };
const sure = { in_doubt: false };

/** Facts that a parcel's response states; the others are a payment's. */
const answers = ANSWERS.filter((name) => name !== 'genuine' && !/(amount|currency|empty_list)$/.test(name));

describe('a false response of EasyPost', () => {
  let sandbox: Running;
  let carrier: EasyPostCarrier;
  before(async () => {
    sandbox = await startSandbox();
    carrier = carrierAt(PATIENT_MS);
  });
  afterEach(() => clearFaults(sandbox));
  after(() => sandbox.stop());

  const carrierAt = (timeout_ms: number) =>
    new EasyPostCarrier(connectEasyPost({ key: 'EZTKsandbox', url: sandbox.url, timeout_ms }));
  const lie = (operation: string, fault: object) =>
    sandbox.order({ operation, times: 1, ...fault } as Parameters<Running['order']>[0]);

  let orders = 0;
  async function offered(): Promise<Purchase> {
    const order_id = `ord_f${++orders}`;
    return { order_id, ...(await carrier.offer({ order_id, address: ADDRESS })) };
  }
  async function bought(): Promise<Purchase> {
    const purchase = await offered();
    await carrier.buy(purchase, first);
    return purchase;
  }
  async function parcel({ provider_id }: Purchase) {
    const { tracking_code, refund_status } = await sandbox.easypost.Shipment.retrieve(provider_id);
    return { tracking_code: tracking_code || null, isRefunded: Boolean(refund_status) };
  }

  for (const kind of ['answer', 'answer_unacted'] as const) {
    it(`to an offer is never taken for one, whatever it is (${kind})`, async () => {
      for (const answer of answers) {
        const order_id = `ord_o${++orders}`;
        await lie('shipments.create', { kind, answer });
        const offer = await openOr(carrier.offer({ order_id, address: ADDRESS }), answer, () =>
          carrier.offer({ order_id, address: ADDRESS }),
        );
        const purchase = { order_id, ...offer };
        // An id alone cannot be known to be false; the purchase then finds no parcel.
        const sold = await carrier.buy(purchase, first).catch((error: StepError) => error);
        if (sold instanceof StepError) assert.equal(sold.kind === 'declined', false, `${kind} ${answer}`);
        else assert.equal((await parcel(purchase)).tracking_code, sold.tracking_code, `${kind} ${answer}`);
      }
    });

    it(`to a purchase is never taken for a parcel, whatever it is (${kind})`, async () => {
      for (const answer of answers) {
        // Before a refund its status is null, and stays so.
        if (/^(other|null)_status$/.test(answer)) continue;
        const purchase = await offered();
        await lie('shipments.buy', { kind, answer });
        const { tracking_code } = await openOr(carrier.buy(purchase, first), answer, () =>
          carrier.buy(purchase, again),
        );
        assert.equal((await parcel(purchase)).tracking_code, tracking_code, `${kind} ${answer}`);
      }
    });

    it(`to a refund is never taken for one, whatever it is (${kind})`, async () => {
      for (const answer of answers) {
        // Only id, reference and refund status are compared.
        if (/_(tracking_code|rates)$/.test(answer)) continue;
        const purchase = await bought();
        await lie('shipments.refund', { kind, answer });
        await carrier.giveBack(purchase, sure).catch(async (error: StepError) => {
          assert.ok(error instanceof StepError, String(error));
          await carrier.giveBack(purchase, sure);
        });
        assert.equal((await parcel(purchase)).isRefunded, true, `${kind} ${answer}`);
      }
    });
  }

  it('to a read decides nothing, whatever it is', async () => {
    for (const answer of answers) {
      const purchase = await bought();
      await lie('shipments.retrieve', { kind: 'answer', answer });
      const { tracking_code } = await openOr(carrier.buy(purchase, again), answer, () =>
        carrier.buy(purchase, again),
      );
      assert.equal((await parcel(purchase)).tracking_code, tracking_code, answer);
    }
  });

  for (const status of [402, 404, 422]) {
    it(`${status} to a purchase that took effect is not a refusal`, async () => {
      const purchase = await offered();
      await lie('shipments.buy', { kind: 'fail_after', status });
      const { tracking_code } = await carrier.buy(purchase, first);
      assert.equal((await parcel(purchase)).tracking_code, tracking_code);
    });

    it(`${status} to the purchase that settles a doubt does not write a live parcel off`, async () => {
      const purchase = await offered();
      await lie('shipments.buy', { kind: 'fail_after', status });
      await carrier.giveBack(purchase, { in_doubt: true });
      const { tracking_code, isRefunded } = await parcel(purchase);
      assert.ok(tracking_code === null || isRefunded);
      assert.equal(isRefunded, true);
    });
  }

  it('402 for our own account cancels no order: the parcel is bought when it is asked for again', async () => {
    const purchase = await offered();
    await lie('shipments.buy', { kind: 'fail_before', status: 402 });
    const { kind, detail } = await refusalOf(carrier.buy(purchase, first));
    assert.deepEqual([kind, detail], ['unavailable', 'The account with the carrier has no balance.']);
    await carrier.buy(purchase, again);
  });

  it('a purchase that bought nothing is made again', async () => {
    const purchase = await offered();
    await lie('shipments.buy', { kind: 'outcome', outcome: 'unchanged' });
    assert.equal((await refusalOf(carrier.buy(purchase, first))).kind, 'unavailable');
    assert.match((await carrier.buy(purchase, again)).tracking_code, /^EZ/);
  });

  for (const outcome of ['unchanged', 'rejected', 'not_applicable']) {
    it(`a refund that is ${outcome} is none`, async () => {
      const purchase = await bought();
      await lie('shipments.refund', { kind: 'outcome', outcome });
      const { kind, detail } = await refusalOf(carrier.giveBack(purchase, sure));
      assert.equal(kind, 'declined');
      assert.match(detail, /does not take the parcel back/);
    });
  }

  it('that drips is cut at the deadline of the whole call', async () => {
    const purchase = await offered();
    await lie('shipments.buy', { kind: 'drip', delay_ms: 50 });
    await assert.rejects(carrierAt(HASTY_MS).buy(purchase, first), { kind: 'unknown' });
    await carrier.buy(purchase, again);
  });

  for (const status of [429, 503]) {
    it(`Retry-After of ${status} is passed on`, async () => {
      await lie('*', { kind: 'fail_before', status, retry_after_s: 90 });
      const refusal = await refusalOf(carrier.offer({ order_id: 'ord_later', address: ADDRESS }));
      assert.deepEqual([refusal.kind, refusal.retry_after_ms], ['unavailable', 90_000]);
    });
  }

  /** A call may see through a lie; otherwise it fails without deciding anything, and is repeated. */
  async function openOr<T>(call: Promise<T>, what: string, repeat: () => Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      assert.ok(error instanceof StepError, String(error));
      assert.notEqual(error.kind, 'declined', what);
      return repeat();
    }
  }
});
