import type { Chance } from './chance.ts';
import { BUSY_MS, type CrashFault, type Fault, type Trouble, type When } from './scenario.ts';

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
  ...['fail_before', 'refused', 'fail_after', 'hang_before', 'hang_after'] as const,
  ...['drop_before', 'drop_after', 'late', 'slow'] as const,
];

/** An order passes about so many acts on its whole way, retries apart. */
const ACTS_MAX = 45;

/** What goes wrong about one order: mostly nothing, so that the rest is seen to be untouched. */
export function faultsFor(chance: Chance, order: number): Fault[] {
  const faults: Fault[] = [];
  const when = (): When => ({
    ...{ order, act: chance.between(1, ACTS_MAX) },
    moment: chance.pick(['before', 'after']),
  });
  if (chance.happens(0.35)) {
    for (let count = chance.between(1, 3); count > 0; count--) {
      faults.push({
        ...{ kind: 'provider', order, operation: chance.pick(OPERATIONS), nth: chance.between(1, 2) },
        times: chance.pick([1, 1, 1, 2, 4, 5, 6, 12]),
        trouble: chance.pick(TROUBLES),
      });
    }
  }
  if (chance.happens(0.05)) {
    const machine = chance.happens(0.4);
    const forgets = chance.happens(0.2);
    faults.push({ kind: 'crash', when: when(), machine, forgets, away_ms: chance.between(10, 5_000) });
  }
  if (chance.happens(0.03)) faults.push({ kind: 'database', when: when(), away_ms: chance.between(1, 8_000) });
  if (chance.happens(0.02)) faults.push({ kind: 'vanish', order, after_ms: chance.between(0, 300) });
  return faults;
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
        ...{ kind: 'outage', provider: chance.pick(['stripe', 'easypost']), at_ms: chance.between(0, BUSY_MS) },
        for_ms: chance.between(500, 60_000),
        trouble: chance.pick(TROUBLES),
      });
    }
  }
  return faults;
}

/** A fault in a few words, for stories. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'crash':
      return `${describeCrash(fault)} ${describeWhen(fault.when)}`;
    case 'database':
      return `the database goes away for ${fault.away_ms} ms ${describeWhen(fault.when)}`;
    case 'provider':
      return `order ${fault.order}: ${fault.operation} ${fault.trouble}, ${fault.times} times from request ${fault.nth} on`;
    case 'outage':
      return `${fault.provider} ${fault.trouble} at ${fault.at_ms} ms for ${fault.for_ms} ms`;
    case 'vanish':
      return `order ${fault.order}: the hold on its money is gone ${fault.after_ms} ms after it was made`;
  }
}

export function describeCrash({ machine, forgets }: CrashFault): string {
  const what = machine ? 'the machine stops' : 'the process is killed';
  return forgets ? `${what}, and the engine loses the order's workflow` : what;
}

function describeWhen(when: When): string {
  if ('at_ms' in when) return `at ${when.at_ms} ms`;
  return `${when.moment} act ${when.act} of order ${when.order}`;
}
