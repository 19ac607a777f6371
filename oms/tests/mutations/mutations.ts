/** A defect made on purpose: a text of a file, and what takes its place. */
export interface Mutation {
  name: string;
  file: string;
  find: string;
  put: string;
  /** Words of the test files that must see it, where the simulation in memory cannot: SQL, real engines, wires. */
  tests?: string[];
}

const WORKFLOW = 'oms/src/orders/workflow.ts';
const STRIPE = 'oms/src/payments/stripe.ts';
const STRIPE_ERRORS = 'oms/src/payments/stripe_errors.ts';
const STRIPE_RESPONSES = 'oms/src/payments/stripe_responses.ts';
const STRIPE_REFUND = 'oms/src/payments/stripe_refund.ts';
const PAYMENTS = 'oms/src/payments/steps.ts';
const EASYPOST = 'oms/src/shipping/easypost.ts';
const RELAY = 'oms/src/outbox/relay.ts';
const RETRY = 'oms/src/engine/retry.ts';

export const mutations: readonly Mutation[] = [
  {
    name: 'a compensation is registered after its step',
    file: WORKFLOW,
    find: `        compensations.unshift(compensation);
        await settle(run, step, input, (error) => error.kind === 'unknown');`,
    put: `        await settle(run, step, input, (error) => error.kind === 'unknown');
        compensations.unshift(compensation);`,
  },
  {
    name: 'compensations run in the order of their steps, and the first is forgotten',
    file: WORKFLOW,
    find: 'for (const compensation of compensations) {',
    put: 'for (const compensation of compensations.reverse().slice(2)) {',
  },
  {
    name: 'a step that is unavailable after an unknown try counts as not having acted',
    file: RETRY,
    find: 'throw toError(unknown ?? failure);',
    put: 'throw toError(failure);',
  },
  {
    name: 'a try that an outage of the database cut short counts as not having acted',
    file: RETRY,
    find: "if (failure.kind === 'interrupted') unknown ??= INTERRUPTED;",
    put: "if (failure.kind === 'interrupted') {}",
    tests: ['engine/retry'],
  },
  {
    name: 'a step of unknown outcome that is unavailable later is given up',
    file: WORKFLOW,
    find: "mayHaveActed ||= error.kind === 'unknown';",
    put: 'mayHaveActed = false;',
    tests: ['orders/workflow'],
  },
  {
    name: 'a compensation that is refused ends the workflow',
    file: WORKFLOW,
    find: 'const must = () => true;',
    put: "const must = (error: StepError) => error.kind === 'unknown';",
    tests: ['orders/workflow'],
  },
  {
    name: 'an authorisation has no idempotency key',
    file: STRIPE,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of code
    find: '{ idempotencyKey: number === 1 ? key : `${key}-${number}` },',
    put: '{},',
  },
  {
    name: 'a capture has no idempotency key',
    file: STRIPE,
    find: 'capture(intent_id, {}, { idempotencyKey })',
    put: 'capture(intent_id, {}, {})',
  },
  {
    name: 'a provider that did not answer counts as one that did not act',
    file: STRIPE_ERRORS,
    find: ": unknown('The payment provider did not answer.', error);",
    put: ": unavailable('The payment provider did not answer.', error);",
    tests: ['payments/stripe.test'],
  },
  {
    name: 'an authorisation of unknown outcome is not kept from acting later',
    file: STRIPE,
    find: '    const found = await this.#find(payment.order_id);\n    if (found) return { intent: found, was_used: true };',
    put: '    const found = await this.#find(payment.order_id);\n    if (!found) return { was_used: false };\n    if (found) return { intent: found, was_used: true };',
  },
  {
    name: 'an authorisation of unknown outcome is tried again without asking, under a key of its own',
    file: STRIPE,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of code
    find: '{ idempotencyKey: number === 1 ? key : `${key}-${number}` },',
    put: '{ idempotencyKey: key + randomUUID() },',
  },
  {
    name: 'money that was taken counts as voided',
    file: STRIPE,
    find: "if (intent.status === 'canceled') return { kind: 'voided', intent_id };",
    put: "if (intent.status) return { kind: 'voided', intent_id };",
  },
  {
    name: 'a capture counts whatever its status',
    file: STRIPE_RESPONSES,
    find: "if (found.status !== 'succeeded') return false;",
    put: '',
    tests: ['stripe_false'],
  },
  {
    name: 'the sum that a payment states is not compared',
    file: STRIPE_RESPONSES,
    find: "requireFacts('payment intent', found, { amount, currency: currency.toLowerCase() });",
    put: 'void [amount, currency];',
    tests: ['stripe_false'],
  },
  {
    name: 'the payment that a response names is not compared',
    file: STRIPE_RESPONSES,
    find: "requireFacts('payment intent', found, { id });",
    put: 'void id;',
    tests: ['stripe_false'],
  },
  {
    name: 'a cancel counts without its status',
    file: STRIPE,
    find: "return intent.status === 'canceled';",
    put: 'return true;',
    tests: ['stripe_false'],
  },
  {
    name: 'a refund counts that failed',
    file: STRIPE_REFUND,
    find: "return status === 'succeeded';",
    put: "return status === 'succeeded' || status === 'failed';",
    tests: ['stripe_false'],
  },
  {
    name: 'a refund counts that is pending',
    file: STRIPE_REFUND,
    find: "return status === 'succeeded';",
    put: "return status === 'succeeded' || status === 'pending';",
    tests: ['stripe_false'],
  },
  {
    name: 'a failed refund is asked for again under its own key',
    file: STRIPE_REFUND,
    find: 'failures === 0 ? key : ',
    put: 'failures >= 0 ? key : ',
    tests: ['stripe_false'],
  },
  {
    name: 'a card that is refused without its payment counts as declined',
    file: STRIPE,
    find: 'return isProvenDecline(error.payment_intent, order_id);',
    put: 'return order_id.length > 0;',
    tests: ['stripe_false'],
  },
  {
    name: 'the ledger leaves out a capture that was found out by its refund',
    file: PAYMENTS,
    find: "if (!has(order, 'captured')) await record(pool, order, 'captured', given.intent_id);",
    put: '',
  },
  {
    name: 'a parcel in doubt is given back without being bought first',
    file: EASYPOST,
    find: 'if (in_doubt) {',
    put: 'if (false as boolean) {',
  },
  {
    name: 'a parcel counts as bought without a tracking code',
    file: 'oms/src/shipping/easypost_responses.ts',
    find: 'if (tracking_code !== null && tracker?.tracking_code === tracking_code && postage_label !== null) {',
    put: 'if (tracker || postage_label || tracking_code) {',
    tests: ['easypost_false'],
  },
  {
    name: 'a refusal of the purchase that settles a doubt writes the parcel off',
    file: EASYPOST,
    find: 'if (!tracking_code && refusal && namesReason(refusal)) return;',
    put: 'if (refusal) return;',
    tests: ['easypost_false'],
  },
  {
    name: 'a carrier’s refund counts whatever its status',
    file: EASYPOST,
    find: 'return TAKEN_BACK.has(refund_status);',
    put: 'return refund_status !== null;',
    tests: ['easypost_false'],
  },
  {
    name: 'an account without a balance cancels orders',
    file: 'oms/src/shipping/easypost_errors.ts',
    find: 'if (statusCode === PAYMENT_REQUIRED) {',
    put: 'if (statusCode === 0) {',
    tests: ['easypost_false'],
  },
  {
    name: 'the parcel’s id is not kept before it is bought',
    file: 'oms/src/shipping/steps.ts',
    find: `    known ?? (await beginBooking.run({ order_id, from, ...(await offer(context, order)) }, pool))[0];`,
    put: `    known ?? (await offer(context, order));`,
  },
  {
    name: 'a cancel is ignored once the money is held',
    file: 'oms/src/orders/store.ts',
    find: 'if (row.cancel_requested_at !== null || ',
    put: "if ((row.cancel_requested_at !== null && row.stage !== 'authorised' && row.stage !== 'shipped') || ",
  },
  {
    name: 'an order that is being taken back forgets how far it had come',
    file: 'oms/src/orders/store.ts',
    find: 'const progress = (row.unwound_from ?? row.stage) as WayStage;',
    put: 'const progress = row.stage as WayStage;',
  },
  {
    name: 'an order may be amended when its stock is set aside',
    file: 'oms/src/orders/order.ts',
    find: "reserved: { status: 'processing', actions: ['cancel'] },",
    put: "reserved: { status: 'processing', actions: ['amend', 'cancel'] },",
  },
  {
    name: 'steps of an order of the older way count by the newer one',
    file: 'oms/src/orders/store.ts',
    find: "return input.way === 'payment_first' ? 'payment_first' : 'inventory_first';",
    put: "return input.way === 'never' ? 'payment_first' : 'inventory_first';",
  },
  {
    name: 'the relay deletes before it sends',
    file: RELAY,
    find: `      // One at a time for an order:`,
    put: `      await deleteOutbox.run({ ids: rows.map(({ id }) => id) }, client);
      await client.query('COMMIT');
      // One at a time for an order:`,
  },
  {
    name: 'the relay deletes what was not carried',
    file: RELAY,
    find: "'not carried; it will be tried again');\n          return false;",
    put: "'not carried; it will be tried again');\n          return true;",
  },
  {
    name: 'a repeated request makes another order',
    file: 'oms/src/orders/accept.ts',
    find: 'idempotency_key: request.key,',
    put: 'idempotency_key: request.key + row.id,',
  },
  {
    name: 'an expired reservation is not looked for',
    file: 'oms/src/outbox/sweep.ts',
    find: '} else await requestCancel.run({ id: order_id, ...EXPIRED }, pool);',
    put: '} else await releaseStock.run({ order_id }, pool);',
  },
  {
    name: 'SQL: stock is set aside without a lock',
    file: 'oms/src/inventory/inventory.queries.ts',
    find: '  JOIN wanted ON wanted.sku = stock.sku\\n  ORDER BY stock.sku\\n  FOR UPDATE OF stock\\n',
    put: '  JOIN wanted ON wanted.sku = stock.sku\\n  ORDER BY stock.sku\\n',
    tests: ['tests/stock'],
  },
  {
    name: 'SQL: an order is completed though its cancel was asked for',
    file: 'oms/src/orders/orders.queries.ts',
    find: "stage = 'captured' AND cancel_requested_at IS NULL",
    put: "stage = 'captured'",
    tests: ['tests/cancel'],
  },
  {
    name: 'SQL: released stock stays reserved',
    file: 'oms/src/inventory/inventory.queries.ts',
    find: 'SET reserved = reserved - removed.quantity, version',
    put: 'SET reserved = reserved - 0, version',
    tests: ['database/memory'],
  },
  {
    name: 'the embedded engine takes a recovered workflow for one that never failed',
    file: 'oms/src/engine/embedded/step_runner.ts',
    find: 'return (status?.recoveryAttempts ?? 0) > 1;',
    put: 'return (status?.recoveryAttempts ?? 0) > 1_000;',
    tests: ['conformance/embedded'],
  },
];
