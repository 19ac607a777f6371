import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import type { Logger } from 'pino';
import { searchAttributes } from './search_attributes.ts';

const CALL_TIMEOUT_MS = 10_000;

/**
 * Makes the orders' search attributes known to a server that is given. Safe to repeat, by several at once.
 * A server that lets us neither list nor add them leaves a warning that says what an administrator must do.
 * @returns whether the server knows all of them, so that workflows may carry them
 */
export async function registerSearchAttributes(
  connection: Pick<Connection, 'operatorService' | 'withDeadline'>,
  { namespace, logger }: { namespace: string; logger: Logger },
): Promise<boolean> {
  const { operatorService } = connection;
  const call = <Result>(work: () => Promise<Result>) =>
    connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, work);
  let missing = Object.keys(searchAttributes) as (keyof typeof searchAttributes)[];
  try {
    const { customAttributes } = await call(() => operatorService.listSearchAttributes({ namespace }));
    missing = missing.filter((name) => customAttributes[name] === undefined);
    if (missing.length === 0) return true;
    const added = Object.fromEntries(missing.map((name) => [name, typeNumber(searchAttributes[name])]));
    await call(() => operatorService.addSearchAttributes({ namespace, searchAttributes: added }));
    return true;
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error;
    if (error.code === ALREADY_EXISTS) return true; // another process was first
    if (!REFUSALS.has(error.code)) throw error;
    const flags = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
    logger.warn(
      { reason: error.details, namespace },
      'orders cannot be searched by their attributes in Temporal. Who administers it runs: ' +
        `temporal operator search-attribute create --namespace ${namespace} ${flags}`,
    );
    return false;
  }
}

function typeNumber(type: 'KEYWORD'): number {
  return encodeSearchAttributeIndexedValueType(type)!;
}

// gRPC's numbers.
const ALREADY_EXISTS = 6;
const [PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED, UNAUTHENTICATED] = [7, 9, 12, 16];
const REFUSALS = new Set([PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED, UNAUTHENTICATED]);
