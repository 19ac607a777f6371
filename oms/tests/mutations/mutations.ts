import type { Mutation } from './mutation.ts';
import { providerMutations } from './providers.ts';

const WORKFLOW = 'oms/src/orders/workflow.ts';
const PAYMENTS = 'oms/src/payments/steps.ts';
const RELAY = 'oms/src/outbox/relay.ts';
const RETRY = 'oms/src/engine/retry.ts';

export const mutations: readonly Mutation[] = [
  ...providerMutations,
  {
    name: 'a compensation is registered after its step',
    file: WORKFLOW,
    find: `        compensations.unshift(compensation);
        await settle(run, step, input, false);`,
    put: `        await settle(run, step, input, false);
        compensations.unshift(compensation);`,
  },
  {
    name: 'an outage is given up after one series of attempts',
    file: WORKFLOW,
    find: 'if (now - outage_began < run.outages.deadline_ms) {',
    put: 'if (now - outage_began < 0) {',
    tests: ['orders/workflow'],
  },
  {
    name: 'an outage that outlasts the deadline cancels an order that holds money',
    file: WORKFLOW,
    find: 'must || may_have_acted || (is_waited_for && MONEY_IS_HELD_AT.includes(step))',
    put: 'must || may_have_acted',
    tests: ['orders/workflow.test'],
  },
  {
    name: 'an order that waits for a provider is not noted',
    file: WORKFLOW,
    find: "await run.step('wait_for_provider', waiting);",
    put: '',
    tests: ['orders/workflow'],
  },
  {
    name: 'a provider that is well again wakes nobody',
    file: 'oms/src/outages/reviver.ts',
    find: 'if (isWell && this.#woken === 0 && health.isWell()) this.#hasMore = false;',
    put: 'if (isWell) this.#hasMore = false;',
    tests: ['outages/reviver'],
  },
  {
    name: 'a provider that is away is asked on behalf of each order',
    file: 'oms/src/outages/health.ts',
    find: 'failure: () => this.#failing.size >= FAILING_MAX,',
    put: 'failure: () => false,',
    tests: ['outages/health'],
  },
  {
    name: 'a provider that fails for one order counts as away for all',
    file: 'oms/src/outages/health.ts',
    find: 'this.#failing.add(order_id);',
    put: 'this.#failing.add(String(this.#failures));',
    tests: ['outages/health'],
  },
  {
    name: 'workflows that go on take the places of new ones',
    file: 'oms/src/engine/places.ts',
    find: 'return Math.max(0, this.#new_max - this.#new);',
    put: 'return Math.max(0, this.#new_max - this.#new - this.#resumed - this.#recovering.length);',
    tests: ['engine/places'],
  },
  {
    name: 'workflows that wake up together all work at once',
    file: 'oms/src/engine/places.ts',
    find: 'this.#turns--;',
    put: '',
    tests: ['engine/places'],
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
    find: 'toError(unknown ? { ...unknown, retry_after_ms: failure.retry_after_ms } : failure)',
    put: 'toError(failure)',
    tests: ['engine/retry'],
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
    find: "may_have_acted ||= error.kind === 'unknown';",
    put: 'may_have_acted = false;',
    tests: ['orders/workflow'],
  },
  {
    name: 'a compensation that is refused ends the workflow',
    file: WORKFLOW,
    find: "if (error.kind === 'declined' && !must) throw error;",
    put: "if (error.kind === 'declined') throw error;",
    tests: ['orders/workflow'],
  },
  {
    name: 'the ledger leaves out a capture that was found out by its refund',
    file: PAYMENTS,
    find: "if (!has(order, 'captured')) await record(pool, order, 'captured', given.intent_id);",
    put: '',
  },
  {
    name: 'a parcel counts as bought without a tracking code',
    file: 'oms/src/shipping/easypost_responses.ts',
    find: `if (tracking_code !== null && tracker?.tracking_code === tracking_code && postage_label !== null) {
    return tracking_code;`,
    put: `if (tracker || postage_label || tracking_code) {
    return tracking_code ?? 'none';`,
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
  {
    name: 'of what was declined nothing is taken back',
    file: PAYMENTS,
    find: "if (has(order, 'voided') || has(order, 'refunded')) return;",
    put: "if (has(order, 'voided') || has(order, 'refunded') || has(order, 'declined')) return;",
    tests: ['simulation/lies'],
  },
  {
    name: 'verify: a payment without an id is none',
    file: 'oms/src/verify/compare.ts',
    find: 'if (payments.has(null)) return',
    put: 'if (payments.has("")) return',
    tests: ['tests/damages'],
  },
  {
    name: 'verify: an item of a list is believed whatever it is',
    file: 'oms/src/verify/lists.ts',
    find: 'if (!isOne)',
    put: 'if (false as boolean)',
    tests: ['tests/verify.test'],
  },
];
