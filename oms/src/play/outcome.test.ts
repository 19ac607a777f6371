import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Order } from '../generated/contract/types.gen.ts';
import type { Invoice } from './invoices.ts';
import { differenceFrom, summarise } from './outcome.ts';

const line = { sku: 'A', quantity: 3, unit_price: 100 };
const invoice: Invoice = {
  number: '1',
  customer_id: undefined,
  country: 'France',
  lines: [{ ...line, description: 'CLOCK' }],
  total_amount: 300,
};

function order(given: Partial<Order>): Order {
  return {
    id: 'ord_1',
    status: 'completed',
    total_amount: 300,
    lines: [line],
    payment: { status: 'captured', captured_amount: 300, refunded_amount: 0 },
    cancellation: null,
    attention: null,
    ended_at: '2026-01-05T10:00:00.000Z',
    ...given,
  } as Order;
}

function paid(captured_amount: number, refunded_amount: number): Pick<Order, 'payment'> {
  return { payment: { ...order({}).payment!, captured_amount, refunded_amount } };
}

const cancelled: Partial<Order> = {
  status: 'cancelled',
  cancellation: { code: 'out_of_stock', detail: '' },
};

test('an order that came out as its invoice says has no difference', () => {
  assert.equal(differenceFrom(invoice, order({})), undefined);
  assert.equal(differenceFrom(invoice, order({ ...cancelled, payment: null })), undefined);
  assert.equal(differenceFrom(invoice, order({ ...cancelled, ...paid(300, 300) })), undefined);
  assert.equal(differenceFrom(invoice, order({ status: 'processing', payment: null })), undefined);
});

test('each difference is named', () => {
  assert.match(differenceFrom(invoice, order({ total_amount: 301 }))!, /total is 301, the invoice's 300/);
  assert.match(differenceFrom(invoice, order({ lines: [line, line] }))!, /has 2 lines, the invoice 1/);
  assert.match(differenceFrom(invoice, order(paid(600, 0)))!, /600 was taken instead of 300/);
  assert.match(differenceFrom(invoice, order({ ...cancelled, ...paid(300, 100) }))!, /200 was kept/);
});

test('the outcome counts orders by how they ended, and money that stayed', () => {
  const attention = {
    code: 'step_failed',
    step: null,
    detail: '',
    since: '',
    payment: null,
    shipment: null,
  } as const;
  const open = { status: 'processing', ended_at: null, payment: null } as const;
  assert.deepEqual(
    summarise([
      order({}),
      order({}),
      order({ ...cancelled, ...paid(300, 300) }),
      order(open),
      order({ ...open, attention }),
    ]),
    {
      placed: 5,
      completed: 2,
      cancelled: new Map([['out_of_stock', 1]]),
      asking_for_attention: 1,
      on_their_way: 1,
      units_sold: 6,
      captured_amount: 600,
    },
  );
});
