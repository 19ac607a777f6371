import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoServerError } from 'mongodb';
import { isStoreUnavailable } from './errors.ts';

test('what FerretDB says of its PostgreSQL passes with time, or does not', () => {
  // FerretDB 1.24 gives every error of its database as an internal error, with the code of SQL in its message.
  const table: [sql_state: string, is_passing: boolean][] = [
    ['40001', true],
    ['40P01', true],
    ['55P03', true],
    ['57014', true],
    ['57P01', true],
    ['53300', true],
    ['08006', true],
    ['22P02', false],
    ['42P01', false],
  ];
  for (const [sql_state, is_passing] of table) {
    const error = new MongoServerError({ code: 1, message: `ERROR: said so (SQLSTATE ${sql_state})` });
    assert.equal(isStoreUnavailable(error), is_passing, sql_state);
  }
});
