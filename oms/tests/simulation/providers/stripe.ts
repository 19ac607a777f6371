import type Stripe from 'stripe';
import { toPaymentIntent } from '../../../../sandbox/src/stripe/payment_intent.ts';
import { toRefund } from '../../../../sandbox/src/stripe/refunds.ts';
import type { StripeClient } from '../../../src/payments/stripe_client.ts';
import type { Intent } from '../../../src/verify/providers.ts';
import type { Process, World } from '../world.ts';
import { type IntentQuery, type NewIntent, page, type Row, StripeAccount } from './stripe_account.ts';
import { refusal, replayed, stripeFailures } from './stripe_errors.ts';
import { type Instead, Wire } from './wire.ts';

interface Kept {
  fingerprint: string;
  result: unknown;
  error: Stripe.errors.StripeError | undefined;
}

/** Stripe as the sandbox has it, in memory: intents, refunds, and a promise for each idempotency key. */
export class SimulatedStripe {
  readonly #world: World;
  readonly #wire: Wire;
  readonly #account: StripeAccount;
  readonly #keys = new Map<string, Kept>();
  readonly #executing = new Set<string>();
  /** Requests that hold, take or give back money without an idempotency key, by the order's id. */
  readonly keyless = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.#account = new StripeAccount(world);
    this.#wire = new Wire(world, 'stripe', stripeFailures);
  }

  /** The client of one process. */
  clientOf(process: Process): StripeClient {
    const read = <Result>(operation: string, order_id: string, act: () => Result) =>
      this.#wire.request(process, { operation, order: this.#world.orderOf(order_id), act, describe });
    const change = (operation: string, id: string, given: object, options: Options, act: Act) =>
      this.#send(process, operation, id, given, options, act);
    const account = this.#account;
    const orderOf = (id: string) => this.#account.intents.get(id)?.metadata.order_id ?? '';
    const client = {
      paymentIntents: {
        create: (given: NewIntent, options: Options = {}) =>
          change('payment_intents.create', given.metadata.order_id, given, options, (instead) =>
            account.create(given, instead),
          ),
        retrieve: (id: string) =>
          read('payment_intents.retrieve', orderOf(id), () => toPaymentIntent(account.find(id))),
        capture: (id: string, given: object = {}, options: Options = {}) =>
          change('payment_intents.capture', orderOf(id), { id, ...given }, options, (instead) =>
            account.capture(id, instead),
          ),
        cancel: (id: string, given: object = {}, options: Options = {}) =>
          change('payment_intents.cancel', orderOf(id), { id, ...given }, options, (instead) =>
            account.cancel(id, instead),
          ),
        search: ({ query }: { query: string }) => {
          const order_id = /'(ord_\w+)'/.exec(query)?.[1] ?? '';
          return read('payment_intents.search', order_id, () => account.search(order_id));
        },
        list: (given: IntentQuery) => read('payment_intents.list', '', () => account.list(given)),
      },
      refunds: {
        create: (given: { payment_intent: string }, options: Options = {}) =>
          change('refunds.create', orderOf(given.payment_intent), given, options, (instead) =>
            account.refund(given.payment_intent, instead),
          ),
        list: ({ payment_intent: id }: { payment_intent: string }) =>
          read('refunds.list', orderOf(id), () => page(account.find(id).refunds.map(toRefund).reverse())),
      },
    };
    return client as unknown as StripeClient;
  }

  /** The provider's own list, by the order's id. */
  list(): Map<string, Intent[]> {
    const rows = [...this.#account.intents.values()];
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
      rehearse: () => this.#account.rehearse(order_id, () => act()),
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
}

type Options = { idempotencyKey?: string };
type Act = (instead?: Instead) => object;

function describe(result: unknown): string {
  const { id, status, data } = result as { id?: string; status?: string; data?: object[] };
  if (data) return data.map(describe).join(', ') || 'none';
  return status ? `${id} ${status}` : `${id}`;
}
