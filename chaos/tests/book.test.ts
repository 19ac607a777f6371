import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newOrders } from '../../bench/setup/orders.ts';
import { checkBook, type Entry, type FoundOrder, newEntry } from '../load/book.ts';

const [wanted] = newOrders(1);

/** What a client knows of an order that was accepted, with what else it knows. */
function accepted(key: string, id: string, more: Partial<Entry> = {}): Entry {
  return {
    ...newEntry(key, wanted!),
    order_ids: new Set([id]),
    answers: new Set(['{}']),
    accepted_at_ms: 1,
    ...more,
  };
}

function ended(id: string, more: Partial<FoundOrder> = {}): FoundOrder {
  return {
    id,
    status: 'completed',
    total_amount: 10,
    events: ['order.accepted', 'order.completed'],
    ...more,
  };
}

const cancelled = { status: 'cancelled', events: ['order.accepted', 'order.cancelled'] };

test('a book that agrees with what is found', () => {
  const entries = [
    accepted('a', 'ord_1'),
    accepted('b', 'ord_2', { cancel_accepted: true }),
    accepted('c', 'ord_3', { amended_total: 30 }),
  ];
  const found = [ended('ord_1'), ended('ord_2', cancelled), ended('ord_3', { total_amount: 30 })];
  assert.deepEqual(checkBook(entries, found), []);
});

const broken: { what: string; entry: Entry; found: FoundOrder[]; complaint: RegExp }[] = [
  {
    what: 'an accepted order that is gone',
    entry: accepted('a', 'ord_1'),
    found: [],
    complaint: /accepted order ord_1 is lost/,
  },
  {
    what: 'a key that was told two orders',
    entry: accepted('a', 'ord_1', { order_ids: new Set(['ord_1', 'ord_2']) }),
    found: [ended('ord_1'), ended('ord_2')],
    complaint: /one key has the orders ord_1, ord_2/,
  },
  {
    what: 'a key that was taken twice, when the first answer was lost',
    entry: accepted('a', 'ord_2'),
    found: [ended('ord_1'), ended('ord_2')],
    complaint: /no client was told of ord_1/,
  },
  {
    what: 'a repeated request with another answer',
    entry: accepted('a', 'ord_1', { answers: new Set(['{"total_amount":1}', '{"total_amount":2}']) }),
    found: [ended('ord_1')],
    complaint: /answered otherwise for ord_1/,
  },
  {
    what: 'an order without an end',
    entry: accepted('a', 'ord_1'),
    found: [ended('ord_1', { status: 'processing', events: ['order.accepted'] })],
    complaint: /ord_1 is processing.*none/,
  },
  {
    what: 'an order that ended twice',
    entry: accepted('a', 'ord_1'),
    found: [ended('ord_1', { events: ['order.completed', 'order.cancelled'] })],
    complaint: /ends: order.completed, order.cancelled/,
  },
  {
    what: 'a cancellation that was accepted and forgotten',
    entry: accepted('a', 'ord_1', { cancel_accepted: true }),
    found: [ended('ord_1')],
    complaint: /completed though its cancellation was accepted/,
  },
  {
    what: 'an amendment that was accepted and forgotten',
    entry: accepted('a', 'ord_1', { amended_total: 30 }),
    found: [ended('ord_1')],
    complaint: /total 10, not the amended 30/,
  },
  {
    what: 'a request without an answer',
    entry: newEntry('a', wanted!),
    found: [],
    complaint: /never answered/,
  },
  {
    what: 'an order that was refused though nothing is wrong with it',
    entry: { ...newEntry('a', wanted!), refused: '422 unknown_sku' },
    found: [],
    complaint: /refused: 422 unknown_sku/,
  },
];

for (const { what, entry, found, complaint } of broken) {
  test(`the book sees ${what}`, () => {
    const complaints = checkBook([entry], found);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0]!.what, complaint);
  });
}
