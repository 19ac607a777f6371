import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from './problem.ts';
import { readTime } from './time.ts';

test('a time is read in milliseconds, and what is before 1970 counts as 1970', () => {
  assert.equal(readTime('from', '2026-01-31T09:30:00Z'), Date.UTC(2026, 0, 31, 9, 30));
  assert.equal(readTime('from', '2026-01-31T09:30:00+02:00'), Date.UTC(2026, 0, 31, 7, 30));
  assert.equal(readTime('from', '0001-01-01T00:00:00Z'), 0);
  assert.equal(readTime('from', '9999-12-31T23:59:59Z'), Date.UTC(9999, 11, 31, 23, 59, 59));
});

for (const text of [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '99999',
  '2026-12-31T23:59:60Z',
  '2026-13-01T00:00:00Z',
  '',
  'yesterday',
])
  test(`the time "${text}" is refused`, () => {
    assert.throws(
      () => readTime('created_from', text),
      (error) =>
        error instanceof Problem &&
        error.kind.status === 400 &&
        error.errors?.[0]?.pointer === 'query.created_from',
    );
  });
