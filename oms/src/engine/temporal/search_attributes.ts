/** By what the orders' workflows are found in Temporal's list, each with its type there. Ids and states only. */
export const searchAttributes = {
  CustomerId: 'KEYWORD',
  OrderStatus: 'KEYWORD',
  /** The step that is stuck; only an order that a person must look at has it. */
  OrderAttention: 'KEYWORD',
} as const;

/** The key of one, for values of it. */
export function attributeKey<Name extends keyof typeof searchAttributes>(name: Name) {
  return { name, type: searchAttributes[name] };
}
