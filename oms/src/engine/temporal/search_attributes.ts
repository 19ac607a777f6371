/** By what the orders' workflows can be searched in Temporal, each with its type there. */
export const searchAttributes = {
  CustomerId: 'KEYWORD',
  OrderStatus: 'KEYWORD',
  OrderAttention: 'KEYWORD',
} as const;
