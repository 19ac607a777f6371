import type { AnswerName } from '../../../sandbox/src/faults/answers.ts';
import type { Outcome } from '../../../sandbox/src/faults/fault.ts';
import type { NewOrder, OrderAmendment } from '../../src/generated/contract/types.gen.ts';
import { Chance } from './chance.ts';
import { faultsFor, longOutage, worldFaults } from './faults.ts';
import { liesFor } from './lies.ts';

/** All that a world is made of: what shops ask for, and what goes wrong. A seed decides it. */
export interface Scenario {
  seed: string;
  products: Product[];
  customers: string[];
  /** How long stock is set aside. */
  reservation_time_to_live_ms: number;
  workflows_max: number;
  /** Whether a provider that fails for many orders is left alone for a while. */
  is_guarded: boolean;
  orders: PlannedOrder[];
  faults: Fault[];
  changes: CatalogueChange[];
}

export interface Product {
  sku: string;
  unit_price: number;
  stock: number;
}

export interface CatalogueChange {
  at_ms: number;
  sku: string;
  /** A new price, or stock that arrives. */
  unit_price?: number;
  received?: number;
}

export interface PlannedOrder {
  /** Its place, by which it is called in keys, faults and stories. */
  number: number;
  at_ms: number;
  request: NewOrder;
  /** Sent again with the same key, at once or later. */
  repeats_ms: number[];
  actions: Action[];
}

/** What the shop does about its order so long after it was accepted. */
export type Action =
  | { kind: 'cancel'; after_ms: number; repeated: boolean }
  | { kind: 'amend'; after_ms: number; body: OrderAmendment }
  | { kind: 'delete'; after_ms: number };

export type Moment = 'before' | 'after';
/** At a time, or at an order's so many-th act: before it, or between the act and what is told of it. */
export type When = { at_ms: number } | { order: number; act: number; moment: Moment };

export interface CrashFault {
  kind: 'crash';
  when: When;
  /** The machine stops: what the engine has not on disk is lost. */
  machine: boolean;
  /** The engine's record of the order is lost too. */
  forgets: boolean;
  /** How long until the next process starts. */
  away_ms: number;
}

export interface DatabaseFault {
  kind: 'database';
  when: When;
  away_ms: number;
}

/**
 * How a request to a provider goes wrong. `late`: it arrives after we gave up; `slow`: it takes so long to act;
 * `deny_…`: a refusal without a reason; `kept_…`: a failure that the idempotency key gives again; `answer`,
 * `answer_unacted`, `outcome`: as the sandbox has them.
 */
export type Trouble =
  | 'fail_before'
  | 'refused'
  | 'fail_after'
  | 'hang_before'
  | 'hang_after'
  | 'drop_before'
  | 'drop_after'
  | 'late'
  | 'slow'
  | 'deny_before'
  | 'deny_after'
  | 'kept_before'
  | 'kept_after'
  | 'answer'
  | 'answer_unacted'
  | 'outcome';

export interface Troubled {
  trouble: Trouble;
  /** `answer…`: what is told instead. */
  answer?: AnswerName;
  /** `outcome`: what is done instead; `delay_ms`: until what is pending has succeeded. */
  outcome?: Outcome;
  delay_ms?: number;
}

export interface ProviderFault extends Troubled {
  kind: 'provider';
  order: number;
  /** Such as `refunds.create`, or a provider's name for all of its operations. */
  operation: string;
  /** The order's requests of this kind that are struck: from this one on, so many. */
  nth: number;
  times: number;
}

export interface OutageFault extends Troubled {
  kind: 'outage';
  provider: 'stripe' | 'easypost';
  at_ms: number;
  for_ms: number;
}

/** The provider lets the hold on the money go. */
export interface VanishFault {
  kind: 'vanish';
  order: number;
  after_ms: number;
}

/** The engine's own server takes neither starts nor messages. */
export interface EngineFault {
  kind: 'engine';
  at_ms: number;
  for_ms: number;
}

export type Fault = EngineFault | CrashFault | DatabaseFault | ProviderFault | OutageFault | VanishFault;

export const CURRENCY = 'GBP';
/** Orders come in, and things go wrong, for so long; then all is mended and must come to rest. */
export const BUSY_MS = 60_000;

/** Enough to meet each other, few enough that a failing world is run again in a moment. */
export const ORDERS_PER_WORLD = 100;

export function seedOf(seed: string, world: number): string {
  return `${seed}/${world}`;
}

export function scenarioOf(seed: string, orders_count: number): Scenario {
  const chance = new Chance(seed, 'scenario');
  const products = Array.from({ length: chance.between(3, 12) }, (_, index) => ({
    sku: `SKU-${index}`,
    unit_price: chance.between(1, 9_999),
    // Often too little for all who want it.
    stock: chance.happens(0.15) ? chance.between(0, 12) : chance.between(orders_count, orders_count * 6),
  }));
  const customers = Array.from({ length: chance.between(1, 20) }, (_, index) => `cus_${index}`);
  const orders = Array.from({ length: orders_count }, (_, number) =>
    planOrder(new Chance(seed, 'plan', number), number, products, customers),
  );
  const changes = Array.from({ length: chance.between(0, 6) }, () => ({
    at_ms: chance.between(0, BUSY_MS),
    sku: chance.pick(products).sku,
    ...(chance.happens(0.5) ? { unit_price: chance.between(1, 9_999) } : { received: chance.between(1, 40) }),
  }));
  const faults = [
    ...worldFaults(new Chance(seed, 'faults'), orders_count),
    ...longOutage(new Chance(seed, 'long outage')),
    ...orders.flatMap(({ number }) => [
      ...faultsFor(new Chance(seed, 'faults', number), number),
      ...liesFor(new Chance(seed, 'lies', number), number),
    ]),
  ];
  cancelSome(new Chance(seed, 'cancels'), orders, faults);
  return {
    seed,
    products,
    customers,
    reservation_time_to_live_ms: chance.pick([2_000, 30_000, 90_000, 15 * 60_000]),
    workflows_max: chance.pick([4, 16, 64]),
    is_guarded: true,
    orders,
    changes,
    faults,
  };
}

/** Where a provider gives no answer shops lose patience, and what was sent may still be on its way. */
function cancelSome(chance: Chance, orders: PlannedOrder[], faults: Fault[]): void {
  for (const fault of faults) {
    if (fault.kind !== 'provider' || !chance.happens(0.3)) continue;
    const after_ms = chance.between(0, 45_000);
    orders[fault.order]?.actions.push({ kind: 'cancel', after_ms, repeated: false });
  }
}

function planOrder(chance: Chance, number: number, products: Product[], customers: string[]): PlannedOrder {
  const lines = (most: number) =>
    Array.from({ length: chance.between(1, most) }, () => ({
      sku: chance.happens(0.01) ? 'SKU-UNKNOWN' : chance.pick(products).sku,
      quantity: chance.happens(0.1) ? chance.between(3, 20) : chance.between(1, 2),
    }));
  const shipping_address = {
    ...{ name: 'A. Buyer', line1: '1 High Street', city: 'London', country: 'GB' },
    // No carrier of the sandbox goes to 00000.
    postal_code: chance.happens(0.04) ? '00000' : 'E1 6AN',
  };
  const actions: Action[] = [];
  if (chance.happens(0.2)) {
    const after_ms = chance.happens(0.7) ? chance.between(0, 200) : chance.between(0, 60_000);
    actions.push({ kind: 'cancel', after_ms, repeated: chance.happens(0.3) });
  }
  if (chance.happens(0.15)) {
    const body = { lines: lines(3), shipping_address };
    actions.push({ kind: 'amend', after_ms: chance.between(0, 30), body });
  }
  if (chance.happens(0.05)) actions.push({ kind: 'delete', after_ms: chance.between(0, 120_000) });
  return {
    number,
    at_ms: chance.between(0, BUSY_MS),
    request: {
      customer_id: chance.happens(0.2) ? null : chance.happens(0.01) ? 'cus_unknown' : chance.pick(customers),
      lines: lines(4),
      shipping_address,
      payment_method: chance.happens(0.08) ? 'pm_card_chargeDeclined' : 'pm_card_visa',
    },
    repeats_ms: chance.happens(0.25)
      ? Array.from({ length: chance.between(1, 3) }, () => chance.pick([0, 0, 5, 50, 2_000, 30_000]))
      : [],
    actions,
  };
}
