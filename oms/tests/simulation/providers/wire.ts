import { type AnswerName, falsifyJson } from '../../../../sandbox/src/faults/answers.ts';
import { type FaultOrder, type OperationName, OUTCOMES } from '../../../../sandbox/src/faults/fault.ts';
import type { Chance } from '../chance.ts';
import { describeTrouble } from '../faults.ts';
import type { OutageFault, ProviderFault, Trouble, Troubled } from '../scenario.ts';
import { BEGIN_MS, never, type Process, type World } from '../world.ts';

/** The errors that a provider's client throws. */
export interface Failures {
  /** The provider's own answer of this status. */
  status(status: number, retry_after_s?: number): Error;
  /** No answer came: refused, cut, or the time was over. */
  network(code: 'ECONNREFUSED' | 'ECONNRESET' | 'ETIMEDOUT'): Error;
  /** A success whose body is no object: what the client gives for it, or throws. */
  unreadable(body: 'html' | 'empty' | 'truncated' | 'null'): unknown;
}

/** What a provider does otherwise than it was asked. */
export type Instead = Pick<FaultOrder, 'outcome' | 'delay_ms'>;

export interface WireRequest<Result> {
  /** Such as `payment_intents.create`. */
  operation: string;
  order: number | undefined;
  act(instead?: Instead): Result;
  /** What `act` would answer; nothing is done. Reading needs none. */
  rehearse?(): Result;
  /** Stores a failure under the request's idempotency key; whether something is stored there. */
  keep?(error: Error): void;
  isKept?(): boolean;
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
    const fault = this.#faultOf(order, operation);
    if (fault) world.tell(order, () => `✶ ${operation}: ${describeTrouble(fault)}`);
    try {
      return await this.#send(request, fault, chance);
    } finally {
      world.strikeAt(order, act, 'after');
      await world.pass(process, chance.between(1, 20));
    }
  }

  async #send<Result>(request: WireRequest<Result>, fault: Troubled | undefined, chance: Chance) {
    const travel_ms = chance.between(1, chance.happens(0.05) ? 3_000 : 40);
    const { clock } = this.#world;
    const { status, network } = this.#failures;
    const arrive = (delay_ms: number) => this.#arrive(request, delay_ms);
    /** The act goes on by itself; its errors are nobody's. */
    const arriveUnheard = (delay_ms: number) => void arrive(delay_ms).catch(() => {});
    const fail = async (delay_ms: number, error: Error) => {
      await clock.sleep(delay_ms);
      throw error;
    };
    switch (fault?.trouble) {
      case undefined:
        return arrive(travel_ms);
      case 'refused':
        return fail(1, network('ECONNREFUSED'));
      case 'fail_before':
        return fail(travel_ms, status(chance.pick([429, 503]), chance.pick([undefined, 1, 30, 600])));
      case 'fail_after':
        await arrive(travel_ms).catch(() => {});
        throw status(chance.pick([500, 502, 504]));
      case 'deny_before':
        return fail(travel_ms, status(chance.pick([402, 422])));
      case 'deny_after':
        await arrive(travel_ms).catch(() => {});
        throw status(chance.pick([402, 422]));
      case 'kept_before':
        return this.#failAndKeep(request, fault.trouble, travel_ms, status(chance.pick([500, 503])));
      case 'kept_after':
        // 503 says that nothing was done, and is believed.
        return this.#failAndKeep(request, fault.trouble, travel_ms, status(500));
      case 'drop_before':
        return fail(travel_ms, network('ECONNRESET'));
      case 'drop_after':
        await arrive(travel_ms).catch(() => {});
        throw network('ECONNRESET');
      case 'hang_before':
        return fail(TIMEOUT_MS, network('ETIMEDOUT'));
      case 'hang_after':
        arriveUnheard(travel_ms);
        return fail(TIMEOUT_MS, network('ETIMEDOUT'));
      case 'late':
        arriveUnheard(TIMEOUT_MS + chance.between(0, LATE_MS_MAX));
        return fail(TIMEOUT_MS, network('ETIMEDOUT'));
      case 'slow':
        void arrive(travel_ms + chance.between(TIMEOUT_MS, LATE_MS_MAX)).catch(() => {});
        clock.after(travel_ms, () => request.begin?.());
        return fail(TIMEOUT_MS, network('ETIMEDOUT'));
      case 'answer':
        return this.#falsify(fault.answer, await arrive(travel_ms));
      case 'answer_unacted':
        return this.#falsify(fault.answer, await this.#arrive(request, travel_ms, request.rehearse));
      case 'outcome':
        return this.#arrive(request, travel_ms, () => request.act(insteadOf(request, fault)));
    }
  }

  /** Only a request that is not a repetition: that would get what is stored already. */
  async #failAndKeep<Result>(request: WireRequest<Result>, trouble: Trouble, delay_ms: number, error: Error) {
    if (request.isKept?.()) return this.#arrive(request, delay_ms);
    if (trouble === 'kept_after') await this.#arrive(request, delay_ms).catch(() => {});
    else await this.#world.clock.sleep(delay_ms);
    request.keep?.(error);
    throw error;
  }

  #falsify<Result>(answer: AnswerName = 'genuine', genuine: Result): Result {
    switch (answer) {
      case 'html':
      case 'empty':
      case 'truncated':
      case 'null':
        return this.#failures.unreadable(answer) as Result;
      default:
        return falsifyJson(answer, genuine as object) as Result;
    }
  }

  async #arrive<Result>(
    request: WireRequest<Result>,
    delay_ms: number,
    act: () => Result = () => request.act(),
  ): Promise<Result> {
    await this.#world.clock.sleep(delay_ms);
    request.end?.();
    const tell = (what: () => string) =>
      this.#world.tell(request.order, () => `${this.#provider}: ${request.operation}: ${what()}`);
    try {
      const result = act();
      tell(() => request.describe(result));
      return result;
    } catch (error) {
      tell(() => `refused: ${(error as Error).message}`);
      throw error;
    }
  }

  #faultOf(order: number | undefined, operation: string): Troubled | undefined {
    if (this.#world.isMended) return undefined;
    const now_ms = this.#world.clock.now_ms - BEGIN_MS;
    const outage = this.#outages.find(({ at_ms, for_ms }) => now_ms >= at_ms && now_ms < at_ms + for_ms);
    const fault =
      outage ?? this.#nextFault(`${order} ${operation}`) ?? this.#nextFault(`${order} ${this.#provider}`);
    if (fault) this.#world.struck.add(fault);
    return fault;
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

/** A fault of all operations finds some that have no such outcome. */
function insteadOf(
  { operation }: WireRequest<unknown>,
  { outcome, delay_ms }: Troubled,
): Instead | undefined {
  const possible = OUTCOMES[operation as OperationName] ?? [];
  if (!outcome || !possible.includes(outcome)) return undefined;
  return { outcome, ...(delay_ms !== undefined && { delay_ms }) };
}
