import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Problem } from '@oms/kit/http/problem.ts';
import { priceLines } from './pricing.ts';

const prices = new Map([
  ['CUP', { unit_price: 300, currency: 'GBP' }],
  ['BOX', { unit_price: 5, currency: 'EUR' }],
  ['FREE', { unit_price: 0, currency: 'GBP' }],
]);

function refused(lines: Parameters<typeof priceLines>[0]): Problem {
  try {
    priceLines(lines, prices, 'GBP');
  } catch (problem) {
    return problem as Problem;
  }
  throw new Error('the lines were taken');
}

describe('lines', () => {
  it('sell at the catalogue’s price, or at the one that was agreed', () => {
    const lines = [
      { sku: 'CUP', quantity: 2 },
      { sku: 'CUP', quantity: 1, unit_price: 250 },
    ];
    assert.equal(priceLines(lines, prices, 'GBP').total_amount, 850);
  });

  it('are each named when they cannot be sold', () => {
    const { code, errors } = refused([
      { sku: 'BOX', quantity: 1 },
      { sku: 'CUP', quantity: 1 },
      { sku: 'NOPE', quantity: 1 },
    ]);
    assert.equal(code, 'currency_mismatch');
    assert.deepEqual(
      errors?.map(({ pointer, code }) => [pointer, code]),
      [
        ['/lines/0/sku', 'currency_mismatch'],
        ['/lines/2/sku', 'unknown_sku'],
      ],
    );
  });

  it('must come to an amount that can be paid', () => {
    assert.equal(refused([{ sku: 'FREE', quantity: 1 }]).code, 'total_out_of_range');
    assert.equal(
      refused([{ sku: 'CUP', quantity: 100_000, unit_price: 99_999_999 }]).code,
      'total_out_of_range',
    );
  });
});
