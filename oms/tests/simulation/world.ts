import { Chance } from './chance.ts';
import { Clock } from './clock.ts';
import { describeCrash } from './faults.ts';
import type { CrashFault, DatabaseFault, Fault, Moment } from './scenario.ts';

/** What happened when, for people; `order` is its place in the scenario. */
export interface Happening {
  at_ms: number;
  order: number | undefined;
  text: string;
}

/** A process of the service: when it is killed, whatever it waits for never comes. */
export interface Process {
  isAlive: boolean;
}

export const BEGIN_MS = Date.UTC(2026, 0, 5, 9);

/**
 * Time, chance and faults. Every act of the service passes through here, and between any two of them, and
 * between an act and its answer, the process or the database may be gone.
 */
export class World {
  readonly clock = new Clock(BEGIN_MS);
  readonly chance: Chance;
  readonly happenings: Happening[] = [];
  process: Process = { isAlive: true };
  onCrash: (fault: CrashFault) => void = () => {};
  onDatabaseAway: () => void = () => {};
  /** From then on providers do what they are asked. */
  isMended = false;
  acts = 0;
  /** Faults that have struck. */
  readonly struck = new Set<Fault>();
  readonly #seed: string;
  readonly #byKind: ReadonlyMap<Fault['kind'], Fault[]>;
  readonly #isTold: boolean;
  readonly #orders = new Map<string, number>();
  readonly #streams = new Map<number, Chance>();
  readonly #counts = new Map<number, number>();
  readonly #byOrder = new Map<number, (CrashFault | DatabaseFault)[]>();
  #databaseBackAt_ms = 0;
  /** Counts the database's restarts: an answer that was under way in one is lost. */
  #restarts = 0;

  constructor(options: { seed: string; faults: readonly Fault[]; is_told: boolean }) {
    this.#seed = options.seed;
    this.#byKind = Map.groupBy(options.faults, ({ kind }) => kind);
    this.#isTold = options.is_told;
    this.chance = new Chance(options.seed, 'world');
    for (const fault of options.faults) {
      if (fault.kind !== 'crash' && fault.kind !== 'database') continue;
      const { when } = fault;
      if ('at_ms' in when) this.clock.after(when.at_ms, () => this.#strike(fault));
      else this.#byOrder.set(when.order, [...(this.#byOrder.get(when.order) ?? []), fault]);
    }
  }

  tell(order: number | undefined, text: () => string): void {
    if (this.#isTold) this.happenings.push({ at_ms: this.clock.now_ms - BEGIN_MS, order, text: text() });
  }

  /** Tells which order an id is of. */
  name(order_id: string, order: number): void {
    this.#orders.set(order_id, order);
  }

  orderOf(order_id: string): number | undefined {
    return this.#orders.get(order_id);
  }

  /** Chance of one order's own, so that it is the same whichever other orders there are. */
  streamOf(order: number | undefined): Chance {
    const key = order ?? -1;
    let stream = this.#streams.get(key);
    if (!stream) {
      stream = new Chance(this.#seed, 'order', key);
      this.#streams.set(key, stream);
    }
    return stream;
  }

  faultsOf<Kind extends Fault['kind']>(kind: Kind): Extract<Fault, { kind: Kind }>[] {
    return (this.#byKind.get(kind) ?? []) as Extract<Fault, { kind: Kind }>[];
  }

  /** An act on the database, whole or not at all. */
  async database<Result>(
    process: Process,
    order: number | undefined,
    what: string,
    effect: () => Result | Promise<Result>,
  ): Promise<Result> {
    const stream = this.streamOf(order);
    await this.pass(process, latency(stream));
    const act = this.countAct(order);
    this.strikeAt(order, act, 'before');
    if (!process.isAlive) return never();
    const restarts = this.#restarts;
    this.#requireDatabase();
    const answer = effect();
    const result = answer instanceof Promise ? await this.clock.outside(answer) : answer;
    if (!process.isAlive) return never();
    this.tell(order, () => what);
    this.strikeAt(order, act, 'after');
    await this.pass(process, latency(stream));
    if (restarts !== this.#restarts) throw terminated();
    return result;
  }

  /** Whether the engine's own server is away. */
  isEngineAway(): boolean {
    const now_ms = this.clock.now_ms - BEGIN_MS;
    const fault = this.faultsOf('engine').find(
      ({ at_ms, for_ms }) => now_ms >= at_ms && now_ms < at_ms + for_ms,
    );
    if (fault) this.struck.add(fault);
    return fault !== undefined;
  }

  /** Waits; for ever, once the process is killed. */
  async pass(process: Process, delay_ms: number): Promise<void> {
    if (delay_ms > 0) await this.clock.sleep(delay_ms);
    if (!process.isAlive) await never();
  }

  countAct(order: number | undefined): number {
    this.acts++;
    if (order === undefined) return 0;
    const act = (this.#counts.get(order) ?? 0) + 1;
    this.#counts.set(order, act);
    return act;
  }

  strikeAt(order: number | undefined, act: number, moment: Moment): void {
    if (order === undefined) return;
    for (const fault of this.#byOrder.get(order) ?? []) {
      const { when } = fault;
      if ('act' in when && when.act === act && when.moment === moment) this.#strike(fault);
    }
  }

  #strike(fault: CrashFault | DatabaseFault): void {
    if (this.struck.has(fault)) return;
    this.struck.add(fault);
    const order = 'order' in fault.when ? fault.when.order : undefined;
    if (fault.kind === 'crash') {
      this.tell(order, () => `✶ ${describeCrash(fault)}`);
      this.process.isAlive = false;
      this.#restarts++;
      this.onCrash(fault);
    } else {
      this.tell(order, () => `✶ the database goes away for ${fault.away_ms} ms`);
      this.#databaseBackAt_ms = Math.max(this.#databaseBackAt_ms, this.clock.now_ms + fault.away_ms);
      this.#restarts++;
      this.onDatabaseAway();
    }
  }

  #requireDatabase(): void {
    if (this.clock.now_ms < this.#databaseBackAt_ms) {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    }
  }
}

/** Mostly at once, now and then long enough that much else happens meanwhile. */
export function latency(chance: Chance): number {
  return chance.happens(0.04) ? chance.between(20, 1_500) : chance.between(0, 3);
}

export function never(): Promise<never> {
  return new Promise(() => {});
}

function terminated(): Error {
  return Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });
}
