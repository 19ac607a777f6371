import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Invoice } from './invoices.ts';
import { invoiceOf } from './places.ts';
import { cataloguePrice, toNewOrder, toShop } from './shop.ts';

const invoice: Invoice = {
  number: '536389',
  customer_id: '12431',
  country: 'EIRE',
  lines: [
    { sku: 'A', description: 'CLOCK', quantity: 600, unit_price: 100 },
    { sku: 'A', description: 'A CLOCK', quantity: 2, unit_price: 120 },
    { sku: 'B', description: 'CARD', quantity: 1, unit_price: 42 },
  ],
  total_amount: 60_282,
};

test("a product's price is the most frequent, and of equally frequent ones the lowest", () => {
  assert.equal(cataloguePrice([125]), 125);
  assert.equal(cataloguePrice([100, 300, 300, 200]), 300);
  assert.equal(cataloguePrice([300, 100, 300, 100, 50]), 100);
});

test('the shop can sell all that was sold, and some more', () => {
  const { products, customers } = toShop([invoice, { ...invoice, number: '2', customer_id: undefined }]);
  assert.deepEqual(products.get('A'), {
    product: { name: 'CLOCK', unit_price: 100, currency: 'GBP' },
    stock: 1204 + 121,
  });
  assert.equal(products.get('B')?.stock, 2 + 10);
  assert.deepEqual([...customers], [['12431', { name: 'Customer 12431' }]]);
});

test('an order has the lines of its invoice at the agreed prices, and tells which invoice it is', () => {
  const order = toNewOrder(invoice);
  assert.deepEqual(order.lines, [
    { sku: 'A', quantity: 600, unit_price: 100 },
    { sku: 'A', quantity: 2, unit_price: 120 },
    { sku: 'B', quantity: 1, unit_price: 42 },
  ]);
  assert.equal(order.shipping_address.country, 'IE');
  assert.equal(invoiceOf(order.shipping_address), '536389');
  assert.equal(toNewOrder({ ...invoice, customer_id: undefined }).customer_id, null);
});

test("somebody's own address belongs to no invoice", () => {
  const { shipping_address } = toNewOrder(invoice);
  assert.equal(invoiceOf({ ...shipping_address, line2: 'Flat 2' }), undefined);
  const { line2: _, ...without } = shipping_address;
  assert.equal(invoiceOf(without), undefined);
});
