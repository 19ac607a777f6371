import { Stripe } from 'stripe';
import { stripeError, stripeProtocol } from '../../../../sandbox/src/stripe/errors.ts';
import {
  type PaymentIntentRow,
  toPaymentError,
  toPaymentIntent,
} from '../../../../sandbox/src/stripe/payment_intent.ts';
import { type RefundRow, toRefund } from '../../../../sandbox/src/stripe/refunds.ts';
import type { StripeClient } from '../../../src/payments/stripe.ts';
import type { Intent } from '../../../src/verify/providers.ts';
import type { Process, World } from '../world.ts';
import { type Failures, type Instead, Wire } from './wire.ts';

const { errors } = Stripe;

type Row = PaymentIntentRow & {
  refunds: RefundRow[];
  /** Search does not know it before. */
  searchable_ms: number;
};

interface Kept {
  fingerprint: string;
  result: unknown;
  error: Stripe.errors.StripeError | undefined;
}

/** What Stripe's client makes of failures. */
const failures: Failures = {
  status: (status, retry_after_s) => {
    const headers = retry_after_s === undefined ? {} : { 'retry-after': String(retry_after_s) };
    return toError(stripeProtocol.failure(status), headers);
  },
  network: (code) => new errors.StripeConnectionError({ message: code, detail: { code } } as never),
  unreadable(body) {
    if (body === 'null') throw new TypeError("Cannot read properties of null (reading 'error')");
    throw new errors.StripeAPIError({ message: 'Invalid JSON received from the Stripe API' } as never);
  },
};

/** Search lags behind for so long, at most, outside of an outage. https://docs.stripe.com/search#data-freshness */
const SEARCH_LAG_MS_MAX = 60_000;
const PAGE_MAX = 100;

/** Stripe as the sandbox has it, in memory: intents, refunds, and a promise for each idempotency key. */
export class SimulatedStripe {
  readonly #world: World;
  readonly #wire: Wire;
  readonly #intents = new Map<string, Row>();
  readonly #keys = new Map<string, Kept>();
  readonly #executing = new Set<string>();
  #ids = 0;
  /** Requests that hold, take or give back money without an idempotency key, by the order's id. */
  readonly keyless = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.#wire = new Wire(world, 'stripe', failures);
  }

  /** The client of one process. */
  clientOf(process: Process): StripeClient {
    const read = <Result>(operation: string, order_id: string, act: () => Result) =>
      this.#wire.request(process, { operation, order: this.#world.orderOf(order_id), act, describe });
    const change = (operation: string, id: string, given: object, options: Options, act: Act) =>
      this.#send(process, operation, id, given, options, act);
    const orderOf = (id: string) => this.#intents.get(id)?.metadata.order_id ?? '';
    const client = {
      paymentIntents: {
        create: (given: Given, options: Options = {}) =>
          change('payment_intents.create', given.metadata.order_id, given, options, (instead) =>
            this.#create(given, instead),
          ),
        retrieve: (id: string) =>
          read('payment_intents.retrieve', orderOf(id), () => toPaymentIntent(this.#find(id))),
        capture: (id: string, given: object = {}, options: Options = {}) =>
          change('payment_intents.capture', orderOf(id), { id, ...given }, options, (instead) =>
            this.#capture(id, instead),
          ),
        cancel: (id: string, given: object = {}, options: Options = {}) =>
          change('payment_intents.cancel', orderOf(id), { id, ...given }, options, (instead) =>
            this.#cancel(id, instead),
          ),
        search: ({ query }: { query: string }) => {
          const order_id = /'(ord_\w+)'/.exec(query)?.[1] ?? '';
          return read('payment_intents.search', order_id, () => this.#search(order_id));
        },
        list: (given: ListGiven) => read('payment_intents.list', '', () => this.#list(given)),
      },
      refunds: {
        create: (given: { payment_intent: string }, options: Options = {}) =>
          change('refunds.create', orderOf(given.payment_intent), given, options, (instead) =>
            this.#refund(given.payment_intent, instead),
          ),
        list: ({ payment_intent: id }: { payment_intent: string }) =>
          read('refunds.list', orderOf(id), () => page(this.#find(id).refunds.map(toRefund).reverse())),
      },
    };
    return client as unknown as StripeClient;
  }

  /** The provider's own list, by the order's id. */
  list(): Map<string, Intent[]> {
    const rows = [...this.#intents.values()];
    const toIntent = ({ id, status, currency, amount_received, amount_refunded }: Row): Intent => {
      return { id, status, currency, amount_received, amount_refunded };
    };
    return new Map(
      [...Map.groupBy(rows, ({ metadata }) => metadata.order_id!)].map(([id, of]) => [id, of.map(toIntent)]),
    );
  }

  #send(
    process: Process,
    operation: string,
    order_id: string,
    given: object,
    { idempotencyKey: key }: Options,
    act: Act,
  ) {
    if (!key && operation !== 'payment_intents.cancel') this.keyless.set(order_id, operation);
    const fingerprint = JSON.stringify([operation, given]);
    return this.#wire.request(process, {
      operation,
      order: this.#world.orderOf(order_id),
      begin: () => key && this.#executing.add(key),
      end: () => key && this.#executing.delete(key),
      act: (instead) => (key ? this.#once(key, fingerprint, () => act(instead)) : act(instead)),
      rehearse: () => this.#rehearse(order_id, () => act()),
      keep: (error) => {
        const kept = { fingerprint, result: undefined, error: error as Stripe.errors.StripeError };
        if (key) this.#keys.set(key, kept);
      },
      isKept: () => key !== undefined && this.#keys.has(key),
      describe,
    });
  }

  /** The first request with a key decides what all later ones get. */
  #once(key: string, fingerprint: string, act: () => object): object {
    if (this.#executing.has(key)) throw refusal(409, 'idempotency_key_in_use', 'The key is in use.');
    const kept = this.#keys.get(key);
    if (kept && kept.fingerprint !== fingerprint) {
      throw refusal(400, undefined, 'The key came with other parameters before.', 'idempotency_error');
    }
    if (kept?.error) throw replayed(kept.error);
    if (kept) return kept.result as object;
    try {
      const result = act();
      this.#keys.set(key, { fingerprint, result, error: undefined });
      return result;
    } catch (error) {
      this.#keys.set(key, { fingerprint, result: undefined, error: error as Stripe.errors.StripeError });
      throw error;
    }
  }

  /** What an act would answer; what it changes of the order's payments is undone. */
  #rehearse(order_id: string, act: () => object): object {
    const before = this.#intentsOf(order_id).map((row) => [row, structuredClone(row)] as const);
    try {
      return act();
    } finally {
      for (const row of this.#intentsOf(order_id)) this.#intents.delete(row.id);
      for (const [row, copy] of before) this.#intents.set(row.id, Object.assign(row, copy));
    }
  }

  #create(
    { amount, currency, confirm, payment_method, metadata }: Given,
    instead: Instead | undefined,
  ): object {
    const confirmed = confirm && !instead;
    const isDeclined = confirmed && /chargeDeclined/.test(payment_method);
    const now_ms = this.#world.clock.now_ms;
    const status = isDeclined
      ? 'requires_payment_method'
      : confirmed
        ? 'requires_capture'
        : 'requires_confirmation';
    const row: Row = {
      id: `pi_${++this.#ids}`,
      amount,
      currency,
      status,
      capture_method: 'manual',
      payment_method: isDeclined ? null : payment_method,
      payment_method_declines: false,
      declined_payment_method: isDeclined ? payment_method : null,
      allowed_payment_method_types: null,
      metadata,
      description: null,
      amount_received: 0,
      amount_refunded: 0,
      last_refund_amount: null,
      latest_charge: confirmed ? `ch_${this.#ids}` : null,
      cancellation_reason: null,
      canceled_at: null,
      created: Math.floor(now_ms / 1000),
      refunds: [],
      searchable_ms: now_ms + this.#searchLag(metadata.order_id),
    };
    this.#intents.set(row.id, row);
    if (isDeclined) {
      throw toError(stripeError(402, { ...toPaymentError(row), payment_intent: toPaymentIntent(row) }));
    }
    if (confirmed) this.#vanishLater(row);
    return toPaymentIntent(row);
  }

  #searchLag(order_id: string): number {
    const chance = this.#world.streamOf(this.#world.orderOf(order_id));
    return chance.happens(0.2) ? chance.between(100, SEARCH_LAG_MS_MAX) : 0;
  }

  #capture(id: string, instead: Instead | undefined): object {
    const row = this.#find(id);
    if (row.status !== 'requires_capture') throw unexpected(row);
    if (!instead) Object.assign(row, { status: 'succeeded', amount_received: row.amount });
    return toPaymentIntent(row);
  }

  #cancel(id: string, instead: Instead | undefined): object {
    const row = this.#find(id);
    if (row.status === 'succeeded' || row.status === 'canceled') throw unexpected(row);
    if (!instead) row.status = 'canceled';
    return toPaymentIntent(row);
  }

  #refund(id: string, instead: Instead | undefined): object {
    const row = this.#find(id);
    if (row.status !== 'succeeded') throw refusal(400, undefined, 'There is no charge to refund.');
    const amount = row.amount_received - row.amount_refunded;
    if (amount === 0) throw refusal(400, 'charge_already_refunded', 'It has been refunded.');
    const status = (instead?.outcome ?? 'succeeded') as RefundRow['status'];
    const now_ms = this.#world.clock.now_ms;
    const refund: RefundRow = {
      id: `re_${++this.#ids}`,
      payment_intent: id,
      charge: row.latest_charge,
      amount,
      currency: row.currency,
      reason: null,
      metadata: {},
      created: Math.floor(now_ms / 1000),
      status,
      succeeds_ms: instead?.delay_ms === undefined ? null : now_ms + instead.delay_ms,
    };
    row.refunds.push(refund);
    if (status !== 'failed') row.amount_refunded += amount;
    return toRefund(refund);
  }

  #find(id: string): Row {
    const row = this.#intents.get(id);
    if (!row) throw refusal(404, 'resource_missing', `There is no intent ${id}.`);
    return row;
  }

  #search(order_id: string): object {
    const now_ms = this.#world.clock.now_ms;
    const found = this.#intentsOf(order_id).filter(({ searchable_ms }) => searchable_ms <= now_ms);
    return page(found.map((row) => toPaymentIntent(row)));
  }

  #list({ created, limit = 10, starting_after }: ListGiven): object {
    const rows = [...this.#intents.values()].reverse();
    const from = starting_after ? rows.findIndex(({ id }) => id === starting_after) + 1 : 0;
    const found = rows.slice(from).filter((row) => row.created >= (created?.gte ?? 0));
    const size = Math.min(limit, PAGE_MAX);
    return page(
      found.slice(0, size).map((row) => toPaymentIntent(row)),
      found.length > size,
    );
  }

  #intentsOf(order_id: string): Row[] {
    return [...this.#intents.values()].filter(({ metadata }) => metadata.order_id === order_id);
  }

  #vanishLater(row: Row): void {
    const order = this.#world.orderOf(row.metadata.order_id!);
    const fault = this.#world.faultsOf('vanish').find((one) => one.order === order);
    if (!fault) return;
    this.#world.clock.after(fault.after_ms, () => {
      if (row.status !== 'requires_capture') return;
      row.status = 'canceled';
      this.#world.struck.add(fault);
      this.#world.tell(order, () => `✶ stripe lets the hold of ${row.id} go`);
    });
  }
}

interface Given {
  amount: number;
  currency: string;
  confirm: boolean;
  payment_method: string;
  metadata: { order_id: string };
}

interface ListGiven {
  created?: { gte?: number };
  limit?: number;
  starting_after?: string;
}

type Options = { idempotencyKey?: string };
type Act = (instead?: Instead) => object;

function page(data: object[], has_more = false): object {
  return { object: 'list', url: '', has_more, data };
}

function unexpected({ status }: Row): Error {
  return refusal(400, 'payment_intent_unexpected_state', `The payment is ${status}.`);
}

function refusal(
  status: number,
  code: string | undefined,
  message: string,
  type: 'invalid_request_error' | 'idempotency_error' = 'invalid_request_error',
): Error {
  return toError(stripeError(status, { type, ...(code && { code }), message }));
}

/** What Stripe's client throws for an answer. */
function toError({ status, body }: { status: number; body: object }, headers: Record<string, string> = {}) {
  const { error } = body as { error: object };
  return errors.StripeError.generate({ ...error, statusCode: status, headers } as never);
}

function replayed(error: Stripe.errors.StripeError): Error {
  const headers = { 'idempotent-replayed': 'true' };
  return errors.StripeError.generate({ ...(error.raw as object), headers } as never);
}

function describe(result: unknown): string {
  const { id, status, data } = result as { id?: string; status?: string; data?: object[] };
  if (data) return data.map(describe).join(', ') || 'none';
  return status ? `${id} ${status}` : `${id}`;
}
