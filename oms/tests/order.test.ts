import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Network, startNetwork } from './network.ts';

describe('an order', () => {
  let network: Network;
  before(async () => {
    network = await startNetwork();
    await network.api.stock('SPOON', 1000, 85);
    await network.api.stock('CUP', 1000, 300);
  });
  after(() => network.stop());

  it('goes from acceptance to completion, and its timeline tells each stage', async () => {
    const placed = await network.api.place({
      lines: [
        { sku: 'SPOON', quantity: 2 },
        { sku: 'CUP', quantity: 1 },
      ],
    });
    assert.equal(placed.status, 'pending');
    assert.equal(placed.total_amount, 470);
    const order = await network.api.ended(placed.id);
    assert.equal(order.status, 'completed');
    assert.equal(order.payment?.status, 'captured');
    assert.equal(order.payment?.captured_amount, 470);
    assert.equal(order.shipment?.status, 'booked');
    assert.ok(order.shipment?.tracking_code);
    assert.deepEqual(order.allowed_actions, ['delete']);
    assert.deepEqual(await network.api.events(order.id), [
      'order.accepted',
      'order.validated',
      'order.reserved',
      'order.payment_authorised',
      'order.shipped',
      'order.payment_captured',
      'order.completed',
    ]);
  });

  it('moves its stock from on hand to sold', async () => {
    const before_sale = await network.api.stockOf('CUP');
    const placed = await network.api.place({
      lines: [
        { sku: 'CUP', quantity: 3 },
        { sku: 'CUP', quantity: 4 },
      ],
    });
    await network.api.ended(placed.id);
    const { on_hand, sold, reserved } = await network.api.stockOf('CUP');
    assert.deepEqual(
      { on_hand, sold, reserved },
      { on_hand: before_sale.on_hand - 7, sold: before_sale.sold + 7, reserved: 0 },
    );
  });

  it('whose card is declined is cancelled, and its stock is free again', async () => {
    const before_order = await network.api.stockOf('CUP');
    const { id } = await network.api.place({
      lines: [{ sku: 'CUP', quantity: 5 }],
      payment_method: 'pm_card_chargeDeclined',
    });
    const order = await network.api.ended(id);
    assert.equal(order.status, 'cancelled');
    assert.equal(order.cancellation?.code, 'payment_declined');
    assert.equal(order.payment?.status, 'declined');
    assert.deepEqual(await network.api.stockOf('CUP'), before_order);
  });

  it('for more than there is in stock is cancelled, and says what was short', async () => {
    const { id } = await network.api.place({ lines: [{ sku: 'SPOON', quantity: 100_000 }] });
    const order = await network.api.ended(id);
    assert.equal(order.cancellation?.code, 'out_of_stock');
    assert.match(order.cancellation?.detail ?? '', /SPOON \(100000 wanted, \d+ available\)/);
    assert.equal(order.payment, null);
  });

  it('to a country without postal codes is completed', async () => {
    const address = {
      name: 'Ada',
      company: 'Babbage',
      line1: '8 Finance Street',
      city: 'Central',
      phone: '+85221234567',
    };
    const { id } = await network.api.place({
      lines: [{ sku: 'CUP', quantity: 1 }],
      shipping_address: { ...address, country: 'HK' },
    });
    const order = await network.api.ended(id);
    assert.equal(order.status, 'completed');
    assert.deepEqual(order.shipping_address, { ...address, country: 'HK' });
  });

  it('to an address that no carrier serves is cancelled, and the hold is voided', async () => {
    const { id } = await network.api.place({
      lines: [{ sku: 'CUP', quantity: 1 }],
      shipping_address: {
        name: 'Nemo',
        line1: '1 Nowhere',
        city: 'Nowhere',
        postal_code: '00000',
        country: 'GB',
      },
    });
    const order = await network.api.ended(id);
    assert.equal(order.cancellation?.code, 'shipping_declined');
    assert.equal(order.payment?.status, 'voided');
    assert.equal(order.shipment, null);
  });
});
