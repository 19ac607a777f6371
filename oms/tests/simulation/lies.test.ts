import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from './database/memory.ts';
import { ACTS, LIES, OUTCOMES_DRAWN, PENDING_MS_MAX } from './lies.ts';
import { run } from './run.ts';
import { type Action, BUSY_MS, type ProviderFault, scenarioOf, seedOf } from './scenario.ts';

/** More often than a step is tried. */
const ALWAYS = 8;

const FOUND_MAX = 5;

type Lie = Omit<ProviderFault, 'kind' | 'order'>;

/** Each lie is told to an order of its own, in each of these lives, so that none is left to chance. */
const LIVES: readonly { faults: Lie[]; actions: Action[] }[] = [
  { faults: [], actions: [] },
  // It has a hold and a parcel when it is cancelled.
  {
    faults: [{ operation: 'payment_intents.capture', nth: 1, times: 4, trouble: 'fail_before' }],
    actions: [{ kind: 'cancel', after_ms: 6_000, repeated: false }],
  },
  // Its money is taken, though nobody was told, when it is cancelled.
  {
    faults: [{ operation: 'payment_intents.capture', nth: 1, times: 1, trouble: 'hang_after' }],
    actions: [{ kind: 'cancel', after_ms: 6_000, repeated: false }],
  },
  // Its hold is made, though nobody was told.
  { faults: [{ operation: 'payment_intents.create', nth: 1, times: 1, trouble: 'hang_after' }], actions: [] },
  // Its hold failed, made or not made, and its key says so for a day.
  {
    faults: [{ operation: 'payment_intents.create', nth: 1, times: 1, trouble: 'kept_before' }],
    actions: [],
  },
  { faults: [{ operation: 'payment_intents.create', nth: 1, times: 1, trouble: 'kept_after' }], actions: [] },
];

describe('no invariant is broken by a provider that', () => {
  for (const [operation, answers] of Object.entries(LIES)) {
    it(`answers ${operation} with what is not so`, () => {
      const troubles = ACTS.has(operation) ? (['answer', 'answer_unacted'] as const) : (['answer'] as const);
      return breakNothing(
        troubles.flatMap((trouble) =>
          answers.flatMap((answer) => [
            [{ operation, nth: 1, times: 1, trouble, answer }],
            [{ operation, nth: 1, times: ALWAYS, trouble, answer }],
          ]),
        ),
      );
    });
  }

  it('does something else than it was asked for', () =>
    breakNothing(
      OUTCOMES_DRAWN.flatMap(({ operation, outcome }) => {
        const delay = outcome === 'pending' ? { delay_ms: PENDING_MS_MAX } : {};
        const lie = { operation, nth: 1, trouble: 'outcome', outcome, ...delay } as const;
        return [[{ ...lie, times: 1 }], [{ ...lie, times: ALWAYS }]];
      }),
    ));

  it('refuses what may have acted before', () => {
    const doubts = ['fail_after', 'hang_before', 'hang_after', 'late', 'drop_after'] as const;
    return breakNothing(
      [...ACTS].flatMap((operation) =>
        doubts.map((trouble): Lie[] => [
          { operation, nth: 1, times: 1, trouble },
          { operation, nth: 2, times: 2, trouble: 'deny_before' },
        ]),
      ),
    );
  });

  it('refuses what it has done', () =>
    breakNothing(
      [...ACTS].flatMap((operation) =>
        [1, 2].map((times): Lie[] => [{ operation, nth: 1, times, trouble: 'deny_after' }]),
      ),
    ));

  it('is away when the result of a change is read', () =>
    breakNothing(
      [
        ['payment_intents.create', 'payment_intents.retrieve'],
        ['shipments.buy', 'shipments.retrieve'],
      ].map(([change, read]): Lie[] => [
        // Nothing is stated, the next attempts get nowhere, and after the last change its reading does not either.
        { operation: change!, nth: 1, times: 1, trouble: 'answer', answer: 'other_status' },
        { operation: read!, nth: 1, times: ALWAYS, trouble: 'fail_before' },
        { operation: change!, nth: 1, times: ALWAYS, trouble: 'answer', answer: 'other_object' },
      ]),
    ));

  it('gives a failure again for the idempotency key, whether it acted or not', () =>
    breakNothing(
      ['payment_intents.create', 'payment_intents.capture', 'refunds.create'].flatMap((operation) =>
        (['kept_before', 'kept_after'] as const).map((trouble): Lie[] => [
          { operation, nth: 1, times: 1, trouble },
        ]),
      ),
    ));
});

async function breakNothing(lies: readonly Lie[][]): Promise<void> {
  const cases = lies.flatMap((told) => LIVES.map((life) => ({ told, ...life })));
  const scenario = scenarioOf(seedOf('lies', 0), cases.length);
  scenario.products = [{ sku: 'CUP', unit_price: 250, stock: cases.length }];
  // Each order is to meet its own lies, however many others do.
  scenario.is_guarded = false;
  Object.assign(scenario, { changes: [], reservation_time_to_live_ms: 15 * 60_000, workflows_max: 64 });
  scenario.orders = cases.map(({ actions }, number) => ({
    ...scenario.orders[number]!,
    ...{ number, at_ms: (number * BUSY_MS) / 2 / cases.length, repeats_ms: [], actions },
    request: {
      ...scenario.orders[number]!.request,
      ...{ customer_id: null, payment_method: 'pm_card_visa', lines: [{ sku: 'CUP', quantity: 1 }] },
      shipping_address: {
        name: 'A',
        line1: '1 High Street',
        city: 'London',
        country: 'GB',
        postal_code: 'E1 6AN',
      },
    },
  }));
  scenario.faults = cases.flatMap(({ told, faults }, order) =>
    [...told, ...faults].map((fault) => ({ kind: 'provider', order, ...fault }) as const),
  );
  const { found, accepted, struck } = await run(scenario, { store: new MemoryStore() });
  assert.equal(accepted, cases.length);
  const heard = scenario.faults.filter((fault) => struck.has(fault)).length;
  assert.ok(heard > cases.length / 4, `only ${heard} faults struck ${cases.length} orders`);
  const named = found.map(({ kind, order }) => `${kind}: ${JSON.stringify(cases[order ?? -1])}`);
  assert.equal(
    named.length,
    0,
    `${named.length} of ${cases.length}:\n${named.slice(0, FOUND_MAX).join('\n')}`,
  );
}
