import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInvoices } from './invoices.ts';
import { SAMPLE } from './play.ts';
import { toShop } from './shop.ts';

const invoices = readInvoices(SAMPLE);
const lines = invoices.flatMap((invoice) => invoice.lines);

test('the sample is what data/README.md says', () => {
  const lines_of_sku = Map.groupBy(lines, (line) => line.sku);
  const sizes = invoices.map((invoice) => invoice.lines.length);
  const quantities = lines.map((line) => line.quantity);
  const repeated_skus = invoices.flatMap((invoice) =>
    [...Map.groupBy(invoice.lines, (line) => line.sku).values()].filter((same) => same.length > 1),
  );
  assert.deepEqual(
    {
      invoices: invoices.length,
      lines: lines.length,
      skus: lines_of_sku.size,
      skus_at_several_prices: [...lines_of_sku.values()].filter(
        (same) => new Set(same.map((line) => line.unit_price)).size > 1,
      ).length,
      skus_on_several_lines: repeated_skus.length,
      guests: invoices.filter((invoice) => invoice.customer_id === undefined).length,
      customers: toShop(invoices).customers.size,
      countries: new Set(invoices.map((invoice) => invoice.country)).size,
      quantities: [Math.min(...quantities), Math.max(...quantities)],
      lines_per_invoice: [Math.min(...sizes), Math.max(...sizes)],
      pieces: quantities.reduce((total, quantity) => total + quantity, 0),
      total_pence: invoices.reduce((total, invoice) => total + invoice.total_amount, 0),
    },
    {
      invoices: 236,
      lines: 4688,
      skus: 1455,
      skus_at_several_prices: 589,
      skus_on_several_lines: 243,
      guests: 10,
      customers: 161,
      countries: 7,
      quantities: [1, 600],
      lines_per_invoice: [1, 591],
      pieces: 47_252,
      total_pence: 9_302_947,
    },
  );
});

test('prices become pence exactly, and names lose the blanks around them', () => {
  const [first] = invoices;
  assert.deepEqual(first?.lines[2], {
    sku: '21791',
    description: 'VINTAGE HEADS AND TAILS CARD GAME',
    quantity: 12,
    unit_price: 125,
  });
});
