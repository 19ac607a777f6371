import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  allowedActions,
  isEnded,
  type OrderAction,
  type OrderStage,
  refusal,
  stages,
  totalAmount,
  type WayName,
} from './order.ts';

const stage = fc.constantFrom(...(Object.keys(stages) as OrderStage[]));
const state = fc.record({
  stage,
  way: fc.constantFrom<WayName>('inventory_first', 'payment_first'),
  cancel_requested: fc.boolean(),
  attention: fc.boolean(),
  stuck_step: fc.constantFrom(null, 'reserve_inventory', 'capture_payment', 'void_payment'),
  hidden: fc.boolean(),
});
const action = fc.constantFrom<OrderAction>('amend', 'cancel', 'delete', 'retry', 'mark_done', 'give_up');

const fresh = {
  way: 'inventory_first' as const,
  cancel_requested: false,
  attention: false,
  stuck_step: null,
  hidden: false,
};

describe('what may be asked of an order', () => {
  const expected: Record<OrderStage, OrderAction[]> = {
    accepted: ['amend', 'cancel'],
    validated: ['amend', 'cancel'],
    reserved: ['cancel'],
    authorised: ['cancel'],
    shipped: ['cancel'],
    captured: ['cancel'],
    unwinding: [],
    completed: ['delete'],
    cancelled: ['delete'],
  };
  for (const [name, actions] of Object.entries(expected)) {
    it(`when it is ${name}: ${actions.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(allowedActions({ ...fresh, stage: name as OrderStage }), actions);
    });
  }

  it('is not to amend what began by holding the money: its total is being authorised', () => {
    assert.deepEqual(allowedActions({ ...fresh, way: 'payment_first', stage: 'validated' }), ['cancel']);
  });

  it('is no more than to retry or wait once its cancel is asked for', () => {
    const order = { ...fresh, stage: 'shipped' as const, cancel_requested: true };
    assert.deepEqual(allowedActions(order), []);
    assert.deepEqual(allowedActions({ ...order, attention: true }), ['retry']);
  });

  it('is to mark as done only what a person can do at a provider', () => {
    const order = { ...fresh, stage: 'shipped' as const, attention: true };
    const stuckAt = (stuck_step: string | null) => allowedActions({ ...order, stuck_step });
    assert.deepEqual(stuckAt('capture_payment'), ['cancel', 'retry', 'mark_done', 'give_up']);
    assert.deepEqual(stuckAt('complete_order'), ['cancel', 'retry', 'give_up']);
    assert.deepEqual(stuckAt(null), ['cancel', 'retry', 'give_up']);
  });

  it('is never to give up what is being taken back', () => {
    const order = { ...fresh, stage: 'unwinding' as const, attention: true, stuck_step: 'void_payment' };
    assert.deepEqual(allowedActions(order), ['retry', 'mark_done']);
    assert.match(refusal(order, 'give_up') ?? '', /do void_payment at the provider, then mark it done/);
  });

  it('is told with a reason exactly when it is refused', () => {
    fc.assert(
      fc.property(state, action, (order, asked) => {
        const isAllowed = allowedActions(order).includes(asked);
        assert.equal(refusal(order, asked) === undefined, isAllowed);
      }),
    );
  });

  it('is never to cancel or amend what has ended', () => {
    fc.assert(
      fc.property(state, (order) => {
        if (!isEnded(order.stage)) return;
        assert.ok(!allowedActions(order).some((asked) => asked === 'cancel' || asked === 'amend'));
      }),
    );
  });
});

describe('a total', () => {
  it('is the sum of quantity times price', () => {
    assert.equal(totalAmount([]), 0);
    assert.equal(
      totalAmount([
        { sku: 'A', quantity: 600, unit_price: 85 },
        { sku: 'A', quantity: 1, unit_price: 42 },
      ]),
      51_042,
    );
  });
});
