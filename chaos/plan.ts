import { seeded } from '../bench/setup/orders.ts';

/** What can be done to the system, with what is hit. Two faults never hit the same thing at once. */
const kinds = {
  'kill api': { hits: 'api', lasts_ms: [200, 3_000] },
  'kill worker': { hits: 'worker', lasts_ms: [200, 3_000] },
  'kill sandbox': { hits: 'sandbox', lasts_ms: [200, 3_000] },
  'stop database': { hits: 'database', lasts_ms: [1_000, 5_000] },
  'crash database': { hits: 'database', lasts_ms: [500, 4_000] },
  'stop temporal': { hits: 'temporal', lasts_ms: [1_000, 5_000] },
  'fill disk': { hits: 'database', lasts_ms: [2_000, 5_000] },
  'slow link': { hits: 'link', lasts_ms: [3_000, 8_000] },
  'narrow link': { hits: 'link', lasts_ms: [3_000, 8_000] },
  'reset link': { hits: 'link', lasts_ms: [1_000, 4_000] },
  'silent link': { hits: 'link', lasts_ms: [2_000, 6_000] },
  'refuse link': { hits: 'link', lasts_ms: [1_000, 4_000] },
  'provider fails': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider acts and fails': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider acts and drops': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider hangs': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider acts and hangs': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider is slow': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider is overloaded': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider keeps a failure': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider answers nonsense': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider answers nonsense and does not act': { hits: 'provider', lasts_ms: [2_500, 5_000] },
  'provider does something else': { hits: 'provider', lasts_ms: [2_500, 5_000] },
} as const satisfies Record<string, { hits: string; lasts_ms: [number, number] }>;

export type FaultKind = keyof typeof kinds;
export const FAULT_KINDS = Object.keys(kinds) as FaultKind[];

/** Connections that go through a proxy, from whom to whom. */
export const LINKS = [
  'client-api',
  'api-database',
  'worker-database',
  'worker-sandbox',
  'worker-temporal',
] as const;
export type Link = (typeof LINKS)[number];

export interface PlannedFault {
  kind: FaultKind;
  /** Since the beginning of the load. */
  at_ms: number;
  duration_ms: number;
  /** Which connection a fault of links hits. */
  link: Link | undefined;
  /** Which of the workers a kill hits. */
  worker: number;
  /** Of the requests that a fault of the provider strikes. */
  seed: number;
}

export interface PlanOptions {
  seed: number;
  duration_ms: number;
  engine: 'embedded' | 'temporal';
  workers: number;
  /** Whether there is a small disk to fill. */
  disk_full: boolean;
  /** Only these kinds. Default all. */
  only?: readonly FaultKind[] | undefined;
}

/** The load begins undisturbed, and the last fault is over before it ends. */
const CALM_MS = 1_500;
const GAP_MS = [800, 3_500] as const;

/**
 * Which fault comes when, and for how long: the same for the same seed. Kinds are dealt like cards, so that each has
 * come before one comes again; one that would hit what is hit already lets the next go first.
 */
export function planFaults(options: PlanOptions): PlannedFault[] {
  const { duration_ms } = options;
  const chance = seeded(options.seed);
  const between = ([least, most]: readonly [number, number]) => Math.round(least + chance() * (most - least));
  const among = <Item>(items: readonly Item[]): Item => items[Math.floor(chance() * items.length)]!;

  const possible = possibleKinds(options);
  const links = LINKS.filter((link) => link !== 'worker-temporal' || options.engine === 'temporal');
  const busy_until_ms = new Map<string, number>();
  const plan: PlannedFault[] = [];
  let deck: FaultKind[] = [];
  for (let at_ms = CALM_MS; at_ms < duration_ms; at_ms += between(GAP_MS)) {
    if (deck.length === 0) deck = shuffled(possible, chance);
    const link = among(links);
    const worker = Math.floor(chance() * options.workers);
    const seed = Math.floor(chance() * 1_000_000);
    const targetOf = (kind: FaultKind) => (kinds[kind].hits === 'link' ? link : kinds[kind].hits);
    const kind = deck.find((one) => (busy_until_ms.get(targetOf(one)) ?? 0) <= at_ms);
    if (!kind) continue;
    const lasts_ms = between(kinds[kind].lasts_ms);
    if (at_ms + lasts_ms > duration_ms - CALM_MS) continue;
    deck.splice(deck.indexOf(kind), 1);
    busy_until_ms.set(targetOf(kind), at_ms + lasts_ms + CALM_MS);
    const hits_link = kinds[kind].hits === 'link';
    plan.push({ kind, at_ms, duration_ms: lasts_ms, link: hits_link ? link : undefined, worker, seed });
  }
  return plan;
}

function possibleKinds({ engine, disk_full, only = FAULT_KINDS }: PlanOptions): FaultKind[] {
  return only.filter(
    (kind) => (kind !== 'stop temporal' || engine === 'temporal') && (kind !== 'fill disk' || disk_full),
  );
}

function shuffled<Item>(items: readonly Item[], chance: () => number): Item[] {
  const deck = [...items];
  for (let left = deck.length; left > 1; left--) {
    const other = Math.floor(chance() * left);
    [deck[left - 1], deck[other]] = [deck[other]!, deck[left - 1]!];
  }
  return deck;
}
