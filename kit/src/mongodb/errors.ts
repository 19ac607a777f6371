import { MongoError, MongoServerError } from 'mongodb';
import { NETWORK_CODES } from '../network_codes.ts';

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const DUPLICATE_KEY = 11000;
const PASSING = new Set([6, 7, 50, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const INTERNAL = 1;

// FerretDB 1.24 tells a duplicate that an update would make, and its own database's absence, as internal errors.
const FERRETDB_DUPLICATE = /UNIQUE constraint failed|SQLSTATE 23505/;
const FERRETDB_PASSING =
  /failed to connect|connection refused|conn closed|context canceled|SQLSTATE (08|57P|53|40001|40P01|55P03|57014)|EOF/;

/** Whether a unique index refused the write. */
export function isDuplicate(error: unknown): boolean {
  if (!(error instanceof MongoServerError)) return false;
  return error.code === DUPLICATE_KEY || (error.code === INTERNAL && FERRETDB_DUPLICATE.test(error.message));
}

/** Whether the store, not the request, is at fault: the same request may succeed later. */
export function isStoreUnavailable(error: unknown): boolean {
  if (error instanceof MongoServerError) {
    return (
      PASSING.has(Number(error.code)) || (error.code === INTERNAL && FERRETDB_PASSING.test(error.message))
    );
  }
  if (error instanceof MongoError) return UNREACHABLE.has(error.name);
  // A socket's own errors come through as they are.
  return error instanceof Error && NETWORK_CODES.has(String((error as NodeJS.ErrnoException).code));
}

const UNREACHABLE = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoOperationTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoNotConnectedError',
]);
