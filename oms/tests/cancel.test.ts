import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Step, Steps } from '../src/engine/engine.ts';
import type { Order } from '../src/generated/contract/types.gen.ts';
import { table } from '../src/orders/workflow.ts';
import { assertInvariants } from './invariants.ts';
import { type Network, startNetwork } from './network.ts';

type Moment = 'before' | 'during' | 'after';

describe('a cancel', () => {
  let network: Network;
  let strike: { step: string; moment: Moment } | undefined;
  before(async () => {
    const cancel = async (order_id: string) => {
      const { status } = await network.api.cancel(order_id, 'Changed my mind');
      assert.ok(status === 202 || status === 409, `cancel answered ${status}`);
    };
    network = await startNetwork({ wrapSteps: (steps) => striking(steps, () => strike, cancel) });
    await network.api.stock('CUP', 10_000);
  });
  after(() => assertInvariants(network).finally(() => network.stop()));

  const place = () => network.api.place({ lines: [{ sku: 'CUP', quantity: 2 }] });

  for (const { step } of table) {
    for (const moment of ['before', 'during'] as const) {
      it(`${moment} ${step} ends the order in exactly one way, with nothing left behind`, async () => {
        strike = { step, moment };
        const order = await network.api.ended((await place()).id);
        strike = undefined;
        if (order.status === 'completed') assert.equal(moment, 'during');
        else assertTakenBack(order);
      });
    }
  }

  for (const { step } of table.slice(0, -1)) {
    it(`after ${step} takes back what was done`, async () => {
      strike = { step, moment: 'after' };
      const order = await network.api.ended((await place()).id);
      strike = undefined;
      assertTakenBack(order);
    });
  }

  it('after the capture gives the money back', async () => {
    strike = { step: 'capture_payment', moment: 'after' };
    const order = await network.api.ended((await place()).id);
    strike = undefined;
    assert.equal(order.payment?.status, 'refunded');
    assert.equal(order.payment?.refunded_amount, order.total_amount);
    assert.deepEqual((await network.api.events(order.id)).slice(-6), [
      'order.cancel_requested',
      'order.unwinding',
      'order.payment_refunded',
      'order.shipment_cancelled',
      'order.stock_released',
      'order.cancelled',
    ]);
  });

  it('of a completed order is refused, and says why', async () => {
    const { id } = await place();
    await network.api.ended(id);
    const { status, body } = await network.api.cancel(id);
    assert.equal(status, 409);
    assert.deepEqual(
      {
        code: (body as unknown as { code: string }).code,
        detail: (body as unknown as { detail: string }).detail,
      },
      { code: 'order_not_cancellable', detail: 'The order is completed.' },
    );
  });

  it('asked for twice is one cancel', async () => {
    await network.restart({ worker: false });
    const { id } = await place();
    assert.equal((await network.api.cancel(id)).status, 202);
    assert.equal((await network.api.cancel(id)).status, 202);
    await network.restart({});
    await network.api.ended(id);
    const asked = (await network.api.events(id)).filter((type) => type === 'order.cancel_requested');
    assert.equal(asked.length, 1);
  });
});

/** Steps that cancel their order at the chosen moment of the chosen step. */
function striking(
  steps: Steps,
  chosen: () => { step: string; moment: Moment } | undefined,
  cancel: (order_id: string) => Promise<void>,
): Steps {
  const wrap =
    (name: string, step: Step): Step =>
    async (input, attempt) => {
      const moment = chosen()?.step === name && attempt.number === 1 ? chosen()?.moment : undefined;
      if (moment === 'before') await cancel(input.order_id);
      const [result] = await Promise.allSettled([
        step(input, attempt),
        moment === 'during' ? cancel(input.order_id) : undefined,
      ]);
      if (moment === 'after') await cancel(input.order_id);
      if (result.status === 'rejected') throw result.reason;
    };
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, wrap(name, step)]));
}

function assertTakenBack(order: Order): void {
  assert.equal(order.status, 'cancelled');
  assert.deepEqual(order.cancellation, { code: 'customer_request', detail: 'Changed my mind' });
  assert.ok(
    !order.payment || ['voided', 'refunded'].includes(order.payment.status),
    JSON.stringify(order.payment),
  );
  assert.ok(!order.shipment || order.shipment.status === 'cancelled', JSON.stringify(order.shipment));
}
