import type { Allowance } from './imports.ts';

const STEPS = 'steps read the order that they are for';
const BOOKS = 'reconciliation compares what every feature keeps, and mends it by the features’ own means';
const COMPARE = 'what differs is the same for verify and for reconcile';
const HAND_WORK = 'what a person can do at a provider is told by the feature that knows the provider';
const HANDOVER =
  'orders are handed over only when no process carries them, and the engine that had them lets go';
const SWEEP = 'the sweep mends what a crash left behind, in whose table it may be';

/** Which files of a feature others may import. */
export const allowances: readonly Allowance[] = [
  { from: '*', to: 'engine/engine.ts', why: 'the port' },
  { from: 'orders', to: 'engine/policies.ts', why: 'the workflow waits for providers as the policies say' },
  { from: 'handover', to: 'engine/process_lock.ts', why: HANDOVER },
  { from: 'handover', to: 'engine/embedded/recovery.ts', why: HANDOVER },
  { from: 'handover', to: 'shipping/tracking.ts', why: 'parcels that have arrived are watched by nobody' },
  { from: '*', to: 'idempotency/idempotency.ts', why: 'every POST has a key' },
  { from: '*', to: 'orders/errors.ts', why: "the API's one catalogue of problems" },
  { from: 'inventory', to: 'orders/store.ts', why: STEPS },
  { from: 'inventory', to: 'orders/order.ts', why: 'the stage that stock is set aside from' },
  { from: 'payments', to: 'orders/store.ts', why: STEPS },
  { from: 'shipping', to: 'orders/store.ts', why: STEPS },
  { from: 'payments', to: 'orders/hand_work.ts', why: HAND_WORK },
  { from: 'shipping', to: 'orders/hand_work.ts', why: HAND_WORK },
  { from: 'orders', to: 'inventory/catalogue.ts', why: 'prices of lines come from the catalogue' },
  { from: 'outbox', to: 'orders/workflow.ts', why: "the relay sends the workflow's messages by its names" },
  { from: 'outbox', to: 'shipping/workflow.ts', why: "the relay sends the workflow's messages by its names" },
  { from: 'outbox', to: 'orders/attention.queries.ts', why: SWEEP },
  { from: 'outbox', to: 'orders/orders.queries.ts', why: SWEEP },
  { from: 'outbox', to: 'inventory/inventory.queries.ts', why: SWEEP },
  { from: 'outbox', to: 'idempotency/idempotency.queries.ts', why: SWEEP },
  { from: 'reconcile', to: 'orders/store.ts', why: BOOKS },
  { from: 'reconcile', to: 'orders/identity.ts', why: BOOKS },
  { from: 'reconcile', to: 'payments/provider.ts', why: BOOKS },
  { from: 'reconcile', to: 'payments/record.ts', why: BOOKS },
  { from: 'reconcile', to: 'payments/ledger.ts', why: BOOKS },
  { from: 'reconcile', to: 'shipping/carrier.ts', why: BOOKS },
  { from: 'reconcile', to: 'shipping/record.ts', why: BOOKS },
  { from: 'reconcile', to: 'verify/compare.ts', why: COMPARE },
  { from: 'reconcile', to: 'verify/lists.ts', why: COMPARE },
  { from: 'reconcile', to: 'verify/offences.ts', why: COMPARE },
  { from: 'reconcile', to: 'verify/providers.ts', why: COMPARE },
  { from: 'reconcile', to: 'verify/report.ts', why: COMPARE },
  { from: 'reconcile', to: 'verify/verify.queries.ts', why: COMPARE },
  { from: 'verify', to: 'payments/stripe_amounts.ts', why: 'the lists of Stripe count as its payments do' },
  { from: 'verify', to: 'orders/order.ts', why: 'stages and what each means are checked on live orders' },
  { from: 'verify', to: 'shipping/tracking.ts', why: 'what may be told of an order after its end' },
];

/** Files that a workflow may import beside the engine's port; they are held to the same purity. */
export const pureFiles: readonly string[] = [
  'oms/src/errors.ts',
  'oms/src/engine/policies.ts',
  'oms/src/orders/order.ts',
  'oms/src/shipping/tracking.ts',
];
