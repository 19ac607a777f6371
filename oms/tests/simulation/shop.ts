import { Problem } from '@oms/kit/http/problem.ts';
import type { Trace } from '@oms/kit/trace/trace.ts';
import { once } from '../../src/idempotency/idempotency.ts';
import { accept } from '../../src/orders/accept.ts';
import { mend } from '../../src/orders/attention.ts';
import { amend, hide, requestCancellation } from '../../src/orders/changes.ts';
import type { Action, PlannedOrder } from './scenario.ts';
import type { Service } from './service.ts';
import { never, type World } from './world.ts';

/** A service that may be away; what was asked of a process that died never gets an answer. */
export interface Door {
  /** The process at work, if there is one, and a promise that settles when it dies. */
  now(): { service: Service; died: Promise<never> } | undefined;
}

/** What the shop was told about its order. */
export interface Told {
  id: string | undefined;
  refused: Problem | undefined;
  /** Each answer that its key got. */
  answers: string[];
}

const TRIES_MAX = 60;

/** The request of this key, as all that is done for it is to tell. */
function traceOf(request_id: string): Trace {
  return { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, request_id };
}

const UNCONDITIONAL = { if_match: undefined, if_none_match: undefined };

const keyed = (operation: string, key: string, content: unknown) => ({ operation, key, content });

/** A shop's software: sends its requests with keys, repeats what got no answer, and remembers what it was told. */
export class Shop {
  readonly told = new Map<number, Told>();
  readonly #world: World;
  readonly #door: Door;
  #retries = 0;

  constructor(world: World, door: Door) {
    this.#world = world;
    this.#door = door;
  }

  async order(planned: PlannedOrder): Promise<void> {
    const { number, repeats_ms, actions, request } = planned;
    const told: Told = { id: undefined, refused: undefined, answers: [] };
    this.told.set(number, told);
    const place = async () => {
      const answer = await this.#ask(
        number,
        `places its order of ${describeLines(request.lines)}`,
        (service) =>
          accept(
            service.context,
            keyed('createOrder', `o${number}-place`, request),
            request,
            traceOf(`o${number}-place`),
          ),
      );
      if (answer instanceof Problem) told.refused ??= answer;
      if (!answer || answer instanceof Problem) return;
      told.answers.push(answer.body);
      if (told.id === undefined) {
        told.id = (JSON.parse(answer.body) as { id: string }).id;
        for (const action of actions)
          void this.#later(action.after_ms, () => this.#act(number, told.id!, action));
      }
    };
    await Promise.all([place(), ...repeats_ms.map((delay_ms) => this.#later(delay_ms, place))]);
  }

  /** A person lets an order that waits for attention try once more. */
  async retry(number: number, id: string): Promise<void> {
    const key = `o${number}-retry-${this.#retries++}`;
    const body = { action: 'retry' } as const;
    await this.#ask(number, 'is retried by a person', ({ attention }) =>
      mend(attention, id, keyed('resolveAttention', key, { id, ...body }), body, traceOf(key)),
    );
  }

  async #act(number: number, id: string, action: Action): Promise<void> {
    if (action.kind === 'cancel') {
      const cancel = () =>
        this.#ask(number, 'is cancelled by the shop', ({ context: { pool } }) =>
          once(pool, keyed('cancelOrder', `o${number}-cancel`, id), (client) =>
            requestCancellation(
              client,
              id,
              { code: 'customer_request', detail: 'Changed my mind' },
              traceOf(`o${number}-cancel`),
            ),
          ),
        );
      await Promise.all(action.repeated ? [cancel(), cancel()] : [cancel()]);
    } else if (action.kind === 'amend') {
      await this.#ask(number, `is amended to ${describeLines(action.body.lines)}`, ({ context }) =>
        amend(context, id, UNCONDITIONAL, action.body),
      );
    } else await this.#ask(number, 'is deleted', ({ context: { pool } }) => hide(pool, id, UNCONDITIONAL));
  }

  /** Asks until there is an answer. @returns undefined when there never was one */
  async #ask<Result>(
    number: number,
    what: string,
    request: (service: Service) => Promise<Result>,
  ): Promise<Result | Problem | undefined> {
    for (let attempt = 1; attempt <= TRIES_MAX; attempt++) {
      const open = this.#door.now();
      if (open) {
        this.#world.tell(number, () => `→ ${what}${attempt > 1 ? `, attempt ${attempt}` : ''}`);
        try {
          const result = await Promise.race([request(open.service), open.died]);
          open.service.onOutbox();
          this.#world.tell(number, () => `← done: ${what}`);
          return result;
        } catch (error) {
          this.#world.tell(number, () => `← ${(error as Error).message}`);
          if (error instanceof Problem) return error;
        }
      }
      await this.#world.clock.sleep(this.#world.streamOf(number).between(100, 2_000));
    }
    return undefined;
  }

  async #later<Result>(delay_ms: number, work: () => Promise<Result>): Promise<Result> {
    await this.#world.clock.sleep(delay_ms);
    return work();
  }
}

/** A process' death, for those who wait for its answers. */
export function deathOf(): { died: Promise<never>; die(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(never);
  return { died: promise, die: () => reject(new Error('the connection was cut')) };
}

function describeLines(lines: readonly { sku: string; quantity: number }[]): string {
  return lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ');
}
