import type { Chance } from './chance.ts';
import { BUSY_MS, type CrashFault, type Fault, type Trouble, type Troubled, type When } from './scenario.ts';

const OPERATIONS = [
  'payment_intents.create',
  'payment_intents.create',
  'payment_intents.capture',
  'payment_intents.capture',
  'payment_intents.cancel',
  'payment_intents.retrieve',
  'payment_intents.search',
  'refunds.create',
  'refunds.list',
  'shipments.create',
  'shipments.buy',
  'shipments.buy',
  'shipments.retrieve',
  'shipments.refund',
] as const;

const TROUBLES: readonly Trouble[] = [
  ...(['fail_before', 'refused', 'fail_after', 'hang_before', 'hang_after'] as const),
  ...(['drop_before', 'drop_after', 'late', 'slow'] as const),
];

/** After these nobody knows whether it acted; after those it is known that it did not. */
const UNKNOWN: readonly Trouble[] = ['fail_after', 'hang_after', 'hang_before', 'drop_after', 'late', 'slow'];
const UNAVAILABLE: readonly Trouble[] = ['fail_before', 'refused'];

/** An order passes so many acts on its way to completion; on its way back, or with retries, about twice as many. */
const ACTS_STRAIGHT = 26;
const ACTS_MAX = 60;

/** What goes wrong about one order: mostly nothing, so that the rest is seen to be untouched. */
export function faultsFor(chance: Chance, order: number): Fault[] {
  const faults: Fault[] = [];
  const when = (): When => ({
    ...{ order, act: chance.between(1, chance.happens(0.7) ? ACTS_STRAIGHT : ACTS_MAX) },
    moment: chance.pick(['before', 'after']),
  });
  const crash = (): Fault => {
    const [machine, forgets] = [chance.happens(0.4), chance.happens(0.3)];
    return { kind: 'crash', when: when(), machine, forgets, away_ms: chance.between(10, 5_000) };
  };
  const database = (): Fault => ({ kind: 'database', when: when(), away_ms: chance.between(1, 8_000) });
  if (chance.happens(0.25)) {
    for (let count = chance.between(1, 3); count > 0; count--) {
      faults.push({
        ...{ kind: 'provider', order, operation: chance.pick(OPERATIONS), nth: chance.between(1, 2) },
        times: chance.pick([1, 1, 1, 2, 4, 5, 6, 12]),
        trouble: chance.pick(TROUBLES),
      });
    }
  }
  if (chance.happens(0.1)) faults.push(...lastingTrouble(chance, order));
  if (chance.happens(0.06)) faults.push(crash());
  if (chance.happens(0.01)) faults.push(crash(), crash());
  if (chance.happens(0.03)) faults.push(database());
  if (chance.happens(0.03)) faults.push(...actUnrecorded(chance, order));
  if (chance.happens(0.02)) faults.push({ kind: 'vanish', order, after_ms: chance.between(0, 300) });
  return faults;
}

/** A provider gives answers to nothing, and is then away for longer than a step is tried. */
function lastingTrouble(chance: Chance, order: number): Fault[] {
  const operation = chance.pick(['stripe', 'easypost']);
  const nth = chance.pick([1, 1, 2, 3]);
  const times = chance.pick([0, 1, 2, 5, 5, 10]);
  const common = { kind: 'provider', order, operation } as const;
  return [
    { ...common, nth, times, trouble: chance.pick(UNKNOWN) },
    { ...common, nth: nth + times, times: chance.between(4, 14), trouble: chance.pick(UNAVAILABLE) },
  ];
}

/** The database goes away where an act of a provider is to be recorded, and then the provider too. */
function actUnrecorded(chance: Chance, order: number): Fault[] {
  const act = chance.pick([10, 11, 12, 13, 20, 21, 22, 23]);
  const common = { kind: 'provider', order, operation: chance.pick(['stripe', 'easypost']) } as const;
  const trouble = chance.pick(UNAVAILABLE);
  return [
    { kind: 'database', when: { order, act, moment: 'before' }, away_ms: chance.between(1, 900) },
    { ...common, nth: chance.between(2, 3), times: chance.between(5, 12), trouble },
  ];
}

/** What goes wrong for all at once. */
export function worldFaults(chance: Chance, orders_count: number): Fault[] {
  const faults: Fault[] = [];
  const count = Math.ceil(orders_count / 50);
  for (let number = 0; number < count; number++) {
    const at_ms = chance.between(0, BUSY_MS);
    if (chance.happens(0.5)) {
      const machine = chance.happens(0.4);
      const away_ms = chance.between(10, 20_000);
      faults.push({ kind: 'crash', when: { at_ms }, machine, forgets: false, away_ms });
    }
    if (chance.happens(0.4)) {
      const when = { at_ms: chance.between(0, BUSY_MS) };
      faults.push({ kind: 'database', when, away_ms: chance.between(1, 20_000) });
    }
    if (chance.happens(0.5)) {
      faults.push({
        ...{
          kind: 'outage',
          provider: chance.pick(['stripe', 'easypost']),
          at_ms: chance.between(0, BUSY_MS),
        },
        for_ms: chance.between(500, 60_000),
        trouble: chance.pick(TROUBLES),
      });
    }
  }
  if (chance.happens(0.3)) {
    faults.push({ kind: 'engine', at_ms: chance.between(0, BUSY_MS), for_ms: chance.between(100, 10_000) });
  }
  return faults;
}

/** A provider is away for minutes or hours, which every order that has come so far must wait out. */
export function longOutage(chance: Chance): Fault[] {
  if (!chance.happens(0.1)) return [];
  const common = { kind: 'outage', at_ms: chance.between(0, BUSY_MS) } as const;
  const for_ms =
    chance.pick([MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS]) + chance.between(0, MINUTE_MS);
  return [
    { ...common, provider: chance.pick(['stripe', 'easypost']), for_ms, trouble: chance.pick(UNAVAILABLE) },
  ];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A fault in a few words, for stories. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'crash':
      return `${describeCrash(fault)} ${describeWhen(fault.when)}`;
    case 'database':
      return `the database goes away for ${fault.away_ms} ms ${describeWhen(fault.when)}`;
    case 'provider':
      return `order ${fault.order}: ${fault.operation} ${describeTrouble(fault)}, ${fault.times} times from request ${fault.nth} on`;
    case 'outage':
      return `${fault.provider} ${describeTrouble(fault)} at ${fault.at_ms} ms for ${fault.for_ms} ms`;
    case 'engine':
      return `the engine takes nothing at ${fault.at_ms} ms for ${fault.for_ms} ms`;
    case 'vanish':
      return `order ${fault.order}: the hold on its money is gone ${fault.after_ms} ms after it was made`;
  }
}

export function describeTrouble({ trouble, answer, outcome }: Troubled): string {
  return [trouble, answer, outcome].filter((text) => text !== undefined).join(' ');
}

export function describeCrash({ machine, forgets }: CrashFault): string {
  const what = machine ? 'the machine stops' : 'the process is killed';
  return forgets ? `${what}, and the engine loses the order's workflow` : what;
}

function describeWhen(when: When): string {
  if ('at_ms' in when) return `at ${when.at_ms} ms`;
  return `${when.moment} act ${when.act} of order ${when.order}`;
}
