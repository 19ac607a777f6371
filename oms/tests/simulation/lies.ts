import type { AnswerName } from '../../../sandbox/src/faults/answers.ts';
import { type OperationName, OUTCOMES, type Outcome } from '../../../sandbox/src/faults/fault.ts';
import type { Chance } from './chance.ts';
import type { ProviderFault, Trouble } from './scenario.ts';

/** Bodies that are not the object at all. */
const NO_OBJECT = ['html', 'empty', 'truncated', 'null', 'empty_object', 'empty_array'] as const;

type Fact = 'object' | 'id' | 'status' | 'amount' | 'currency' | 'reference' | 'tracking_code' | 'rates';
const wrong = (...facts: Fact[]): AnswerName[] =>
  facts.flatMap((fact) => [`other_${fact}`, `no_${fact}`, `null_${fact}`] as const);
const missing = (...facts: Fact[]): AnswerName[] =>
  facts.flatMap((fact) => [`no_${fact}`, `null_${fact}`] as const);

const PAYMENT = wrong('object', 'status', 'amount', 'currency', 'reference');
const PARCEL = wrong('object', 'reference');

/**
 * What each operation may say with the status of success, and is not so. Left out is what nobody can see: another id
 * of a new payment, and an answer that is genuine in all but that nothing was done.
 */
export const LIES: { readonly [name in OperationName]?: readonly AnswerName[] } = {
  'payment_intents.create': [...NO_OBJECT, ...PAYMENT, ...missing('id')],
  'payment_intents.capture': [...NO_OBJECT, ...PAYMENT, ...wrong('id')],
  'payment_intents.cancel': [...NO_OBJECT, ...PAYMENT, ...wrong('id')],
  'payment_intents.retrieve': [...NO_OBJECT, ...PAYMENT, ...wrong('id')],
  'payment_intents.search': [...NO_OBJECT, ...PAYMENT, ...wrong('id'), 'empty_list'],
  // Read where a failure is stored under a key. A payment of ours under another's name is one that nobody can see.
  'payment_intents.list': [
    ...NO_OBJECT,
    ...wrong('object'),
    ...missing('id', 'status', 'amount', 'currency', 'reference'),
  ],
  'refunds.create': [...NO_OBJECT, ...PAYMENT, ...wrong('id')],
  'refunds.list': [...NO_OBJECT, ...PAYMENT, ...wrong('id')],
  'shipments.create': [...NO_OBJECT, ...PARCEL, ...wrong('id', 'rates')],
  'shipments.buy': [...NO_OBJECT, ...PARCEL, ...wrong('id'), ...wrong('tracking_code')],
  'shipments.refund': [...NO_OBJECT, ...PARCEL, ...wrong('id', 'status')],
  'shipments.retrieve': [...NO_OBJECT, ...PARCEL, ...wrong('id', 'status'), ...wrong('tracking_code')],
};
/** Those that change something at the provider. */
export const ACTS: ReadonlySet<string> = new Set(
  Object.keys(LIES).filter((name) => !/retrieve|search|list/.test(name)),
);
const LIARS = Object.keys(LIES) as (keyof typeof LIES)[];

/** What was asked for, and did not come of it, as every later answer says too. */
export const OUTCOMES_DRAWN = (Object.entries(OUTCOMES) as [OperationName, readonly Outcome[]][]).flatMap(
  ([operation, outcomes]) =>
    outcomes.filter((outcome) => outcome !== 'lagging').map((outcome) => ({ operation, outcome })),
);
/** A refund that is pending succeeds in the end, after minutes at most. */
export const PENDING_MS_MAX = 10 * 60_000;

const IN_DOUBT: readonly Trouble[] = [
  'fail_after',
  'hang_after',
  'hang_before',
  'drop_after',
  'late',
  'slow',
];

/** What a provider says about one order and is not so: for most orders nothing. */
export function liesFor(chance: Chance, order: number): ProviderFault[] {
  const faults: ProviderFault[] = [];
  if (chance.happens(0.15)) {
    for (let count = chance.between(1, 3); count > 0; count--) faults.push(answerOf(chance, order));
  }
  if (chance.happens(0.05)) faults.push(outcomeOf(chance, order));
  if (chance.happens(0.06)) faults.push(...deniedInDoubt(chance, order));
  if (chance.happens(0.05)) faults.push(keptFailure(chance, order));
  if (chance.happens(0.05)) faults.push(deniedAfter(chance, order));
  return faults;
}

function answerOf(chance: Chance, order: number): ProviderFault {
  const operation = chance.pick(LIARS);
  return {
    ...{
      kind: 'provider',
      order,
      operation,
      nth: chance.between(1, 2),
      times: chance.pick([1, 1, 1, 2, 5, 7]),
    },
    trouble: ACTS.has(operation) ? chance.pick(['answer', 'answer_unacted']) : 'answer',
    answer: chance.pick(LIES[operation]!),
  };
}

function outcomeOf(chance: Chance, order: number): ProviderFault {
  const { operation, outcome } = chance.pick(OUTCOMES_DRAWN);
  return {
    ...{
      kind: 'provider',
      order,
      operation,
      nth: 1,
      times: chance.pick([1, 1, 2, 6]),
      trouble: 'outcome',
      outcome,
    },
    ...(outcome === 'pending' && { delay_ms: chance.between(1_000, PENDING_MS_MAX) }),
  };
}

/** No answer, and then a refusal, which says nothing of what was sent before. */
function deniedInDoubt(chance: Chance, order: number): ProviderFault[] {
  const operation = chance.pick(['stripe', 'easypost', ...LIARS]);
  const common = { kind: 'provider', order, operation } as const;
  const nth = chance.pick([1, 1, 2]);
  const times = chance.pick([1, 1, 2]);
  return [
    { ...common, nth, times, trouble: chance.pick(IN_DOUBT) },
    {
      ...common,
      ...{
        nth: nth + times,
        times: chance.pick([1, 1, 2]),
        trouble: chance.pick(['deny_before', 'deny_after']),
      },
    },
  ];
}

/** A refusal of what was done. */
function deniedAfter(chance: Chance, order: number): ProviderFault {
  const operation = chance.pick([...ACTS]);
  const [nth, times] = [chance.between(1, 2), chance.pick([1, 1, 2])];
  return { kind: 'provider', order, operation, nth, times, trouble: 'deny_after' };
}

/** A failure that the request's idempotency key gives again, whether it acted or not. */
function keptFailure(chance: Chance, order: number): ProviderFault {
  const operation = chance.pick(['payment_intents.create', 'payment_intents.capture', 'refunds.create']);
  const trouble = chance.pick(['kept_before', 'kept_after'] as const);
  return { kind: 'provider', order, operation, nth: 1, times: chance.pick([1, 1, 2]), trouble };
}
