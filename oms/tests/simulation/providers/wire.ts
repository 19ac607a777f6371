import type { Chance } from '../chance.ts';
import type { OutageFault, ProviderFault, Trouble } from '../scenario.ts';
import { BEGIN_MS, never, type Process, type World } from '../world.ts';

/** The errors that a provider's client throws. */
export interface Failures {
  /** The provider's own answer of this status. */
  status(status: number): Error;
  /** No answer came: refused, cut, or the time was over. */
  network(code: 'ECONNREFUSED' | 'ECONNRESET' | 'ETIMEDOUT'): Error;
}

export interface WireRequest<Result> {
  /** Such as `payment_intents.create`. */
  operation: string;
  order: number | undefined;
  act(): Result;
  /** Called when the provider begins to act, and when it has. */
  begin?(): void;
  end?(): void;
  describe(result: Result): string;
}

export const TIMEOUT_MS = 10_000;
const LATE_MS_MAX = 60_000;

/**
 * The way to a provider and back. What was sent goes its way, whatever becomes of the process that sent it: it may
 * act without an answer, act after everybody gave up, or never arrive.
 */
export class Wire {
  readonly #world: World;
  readonly #provider: OutageFault['provider'];
  readonly #failures: Failures;
  readonly #counts = new Map<string, number>();
  readonly #faults = new Map<string, ProviderFault[]>();
  readonly #outages: OutageFault[];

  constructor(world: World, provider: OutageFault['provider'], failures: Failures) {
    this.#world = world;
    this.#provider = provider;
    this.#failures = failures;
    this.#outages = world.faultsOf('outage').filter((fault) => fault.provider === provider);
    for (const fault of world.faultsOf('provider')) {
      const key = `${fault.order} ${fault.operation}`;
      this.#faults.set(key, [...(this.#faults.get(key) ?? []), fault]);
    }
  }

  async request<Result>(process: Process, request: WireRequest<Result>): Promise<Result> {
    const world = this.#world;
    const { order, operation } = request;
    const act = world.countAct(order);
    world.strikeAt(order, act, 'before');
    if (!process.isAlive) return never();
    const chance = world.streamOf(order);
    const trouble = this.#troubleOf(order, operation);
    if (trouble) world.tell(order, () => `✶ ${operation}: ${trouble}`);
    try {
      return await this.#send(request, trouble, chance);
    } finally {
      world.strikeAt(order, act, 'after');
      await world.pass(process, chance.between(1, 20));
    }
  }

  async #send<Result>(request: WireRequest<Result>, trouble: Trouble | undefined, chance: Chance) {
    const travel_ms = chance.between(1, chance.happens(0.05) ? 3_000 : 40);
    const { clock } = this.#world;
    const arrive = (delay_ms: number) => this.#arrive(request, delay_ms);
    /** The act goes on by itself; its errors are nobody's. */
    const arriveUnheard = (delay_ms: number) => void arrive(delay_ms).catch(() => {});
    const fail = async (delay_ms: number, error: Error) => {
      await clock.sleep(delay_ms);
      throw error;
    };
    switch (trouble) {
      case undefined:
        return arrive(travel_ms);
      case 'refused':
        return fail(1, this.#failures.network('ECONNREFUSED'));
      case 'fail_before':
        return fail(travel_ms, this.#failures.status(chance.pick([429, 503])));
      case 'fail_after':
        await arrive(travel_ms).catch(() => {});
        throw this.#failures.status(chance.pick([500, 502, 504]));
      case 'drop_before':
        return fail(travel_ms, this.#failures.network('ECONNRESET'));
      case 'drop_after':
        await arrive(travel_ms).catch(() => {});
        throw this.#failures.network('ECONNRESET');
      case 'hang_before':
        return fail(TIMEOUT_MS, this.#failures.network('ETIMEDOUT'));
      case 'hang_after':
        arriveUnheard(travel_ms);
        return fail(TIMEOUT_MS, this.#failures.network('ETIMEDOUT'));
      case 'late':
        arriveUnheard(TIMEOUT_MS + chance.between(0, LATE_MS_MAX));
        return fail(TIMEOUT_MS, this.#failures.network('ETIMEDOUT'));
      case 'slow':
        void arrive(travel_ms + chance.between(TIMEOUT_MS, LATE_MS_MAX)).catch(() => {});
        clock.after(travel_ms, () => request.begin?.());
        return fail(TIMEOUT_MS, this.#failures.network('ETIMEDOUT'));
    }
  }

  async #arrive<Result>(request: WireRequest<Result>, delay_ms: number): Promise<Result> {
    await this.#world.clock.sleep(delay_ms);
    request.end?.();
    const tell = (what: () => string) =>
      this.#world.tell(request.order, () => `${this.#provider}: ${request.operation}: ${what()}`);
    try {
      const result = request.act();
      tell(() => request.describe(result));
      return result;
    } catch (error) {
      tell(() => `refused: ${(error as Error).message}`);
      throw error;
    }
  }

  #troubleOf(order: number | undefined, operation: string): Trouble | undefined {
    if (this.#world.isMended) return undefined;
    const now_ms = this.#world.clock.now_ms - BEGIN_MS;
    const outage = this.#outages.find(({ at_ms, for_ms }) => now_ms >= at_ms && now_ms < at_ms + for_ms);
    if (outage) {
      this.#world.struck.add(outage);
      return outage.trouble;
    }
    const fault = this.#nextFault(`${order} ${operation}`) ?? this.#nextFault(`${order} ${this.#provider}`);
    if (fault) this.#world.struck.add(fault);
    return fault?.trouble;
  }

  /** Counts a request of this kind. @returns what strikes it */
  #nextFault(key: string): ProviderFault | undefined {
    const faults = this.#faults.get(key);
    if (!faults) return undefined;
    const number = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, number);
    return faults.find(({ nth, times }) => number >= nth && number < nth + times);
  }
}
