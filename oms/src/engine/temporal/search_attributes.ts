import { defineSearchAttributeKey } from '@temporalio/common';

/** By which orders are found in Temporal's list. Ids and states only. */
export const customerId = defineSearchAttributeKey('CustomerId', 'KEYWORD');
export const orderStatus = defineSearchAttributeKey('OrderStatus', 'KEYWORD');
/** The step that is stuck; only orders that a person must look at have it. */
export const attention = defineSearchAttributeKey('OrderAttention', 'KEYWORD');

export const searchAttributes = [
  customerId,
  orderStatus,
  attention,
] as const;
