import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { firstOrderIdAt, newOrderId, SLOTS, slotOfCustomer, slotOfOrder } from './identity.ts';

const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
const customer = fc.string({ minLength: 1, maxLength: 64 });

describe('an order id', () => {
  it('has the contract’s form', () => {
    fc.assert(
      fc.property(time, fc.option(customer), (now, id) =>
        /^ord_[0-9a-hjkmnp-tv-z]{26}$/.test(newOrderId(id, now)),
      ),
    );
  });

  it('holds its customer’s slot', () => {
    fc.assert(
      fc.property(time, customer, (now, id) => slotOfOrder(newOrderId(id, now)) === slotOfCustomer(id)),
    );
  });

  it('of a guest holds some slot', () => {
    const slots = new Set(Array.from({ length: 200 }, () => slotOfOrder(newOrderId(null, 0))));
    assert.ok(slots.size > 150);
    assert.ok([...slots].every((slot) => slot >= 0 && slot < SLOTS));
  });

  it('sorts by time', () => {
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 1e9 }), customer, (now, later_ms, id) => {
        assert.ok(newOrderId(id, now) < newOrderId(null, now + later_ms));
        assert.ok(firstOrderIdAt(now) <= newOrderId(id, now));
        assert.ok(newOrderId(id, now) < firstOrderIdAt(now + 1));
      }),
    );
  });

  it('is never given twice', () => {
    const ids = new Set(Array.from({ length: 10_000 }, () => newOrderId('ada', 1)));
    assert.equal(ids.size, 10_000);
  });
});
