import { Stripe } from 'stripe';
import type { StripeClient } from '../../../src/payments/stripe.ts';
import type { Intent } from '../../../src/verify/providers.ts';
import type { Process, World } from '../world.ts';
import { type Failures, Wire } from './wire.ts';

const { errors } = Stripe;

interface IntentRow {
  id: string;
  order_id: string;
  amount: number;
  currency: string;
  status: Stripe.PaymentIntent.Status;
  amount_received: number;
  refund: { id: string; amount: number } | undefined;
}

interface Kept {
  fingerprint: string;
  result: unknown;
  error: Error | undefined;
}

const failures: Failures = {
  status: (statusCode) =>
    errors.StripeError.generate({ statusCode, message: `answered ${statusCode}` } as never),
  network: (code) => new errors.StripeConnectionError({ message: code, detail: { code } } as never),
};

/** Stripe as the sandbox has it, in memory: intents, refunds, and a promise for each idempotency key. */
export class SimulatedStripe {
  readonly #world: World;
  readonly #wire: Wire;
  readonly #intents = new Map<string, IntentRow>();
  readonly #keys = new Map<string, Kept>();
  readonly #executing = new Set<string>();
  /** Requests that hold, take or give back money without an idempotency key, by the order's id. */
  readonly keyless = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.#wire = new Wire(world, 'stripe', failures);
  }

  /** The client of one process. */
  clientOf(process: Process): StripeClient {
    const send = <Result>(
      operation: string,
      order_id: string,
      act: () => Result,
      key?: { value: string | undefined; parameters: unknown },
    ) => {
      const value = key?.value;
      if (key && !value) this.keyless.set(order_id, operation);
      return this.#wire.request(process, {
        operation,
        order: this.#world.orderOf(order_id),
        begin: () => value && this.#executing.add(value),
        end: () => value && this.#executing.delete(value),
        act: () => (value ? this.#once(value, JSON.stringify(key?.parameters), act) : act()),
        describe: (result) => describe(result),
      });
    };
    const orderOf = (id: string) => this.#intents.get(id)?.order_id ?? '';
    const client = {
      paymentIntents: {
        create: (given: Given, { idempotencyKey: value }: Options = {}) =>
          send('payment_intents.create', given.metadata.order_id, () => this.#create(given), {
            value,
            parameters: given,
          }),
        retrieve: (id: string) =>
          send('payment_intents.retrieve', orderOf(id), () => ({ ...this.#find(id) })),
        capture: (id: string, _given: object, { idempotencyKey: value }: Options = {}) =>
          send('payment_intents.capture', orderOf(id), () => this.#capture(id), { value, parameters: id }),
        cancel: (id: string) => send('payment_intents.cancel', orderOf(id), () => this.#cancel(id)),
        search: ({ query }: { query: string }) => {
          const order_id = /'(ord_\w+)'/.exec(query)?.[1] ?? '';
          return send('payment_intents.search', order_id, () => ({ data: this.#intentsOf(order_id) }));
        },
      },
      refunds: {
        create: (
          { payment_intent: id }: { payment_intent: string },
          { idempotencyKey: value }: Options = {},
        ) => send('refunds.create', orderOf(id), () => this.#refund(id), { value, parameters: id }),
        list: ({ payment_intent: id }: { payment_intent: string }) =>
          send('refunds.list', orderOf(id), () => {
            const { refund } = this.#find(id);
            return { data: refund ? [refund] : [] };
          }),
      },
    };
    return client as unknown as StripeClient;
  }

  /** The provider's own list, by the order's id. */
  list(): Map<string, Intent[]> {
    const rows = [...this.#intents.values()];
    const toIntent = ({ id, status, currency, amount_received, refund }: IntentRow): Intent => {
      return { id, status, currency, amount_received, amount_refunded: refund?.amount ?? 0 };
    };
    return new Map(
      [...Map.groupBy(rows, ({ order_id }) => order_id)].map(([id, of]) => [id, of.map(toIntent)]),
    );
  }

  /** The first request with a key decides what all later ones get. */
  #once<Result>(key: string, fingerprint: string, act: () => Result): Result {
    if (this.#executing.has(key)) throw refusal(409, 'idempotency_key_in_use', 'The key is in use.');
    const kept = this.#keys.get(key);
    if (kept && kept.fingerprint !== fingerprint) {
      throw refusal(400, undefined, 'The key came with other parameters before.', 'idempotency_error');
    }
    if (kept?.error) throw kept.error;
    if (kept) return kept.result as Result;
    try {
      const result = act();
      this.#keys.set(key, { fingerprint, result: { ...result }, error: undefined });
      return result;
    } catch (error) {
      this.#keys.set(key, { fingerprint, result: undefined, error: error as Error });
      throw error;
    }
  }

  #create({ amount, currency, confirm, payment_method, metadata: { order_id } }: Given): IntentRow {
    const isDeclined = confirm && /chargeDeclined/.test(payment_method);
    const intent: IntentRow = {
      id: `pi_${this.#intents.size + 1}`,
      ...{ order_id, amount, currency, amount_received: 0, refund: undefined },
      status: isDeclined ? 'requires_payment_method' : confirm ? 'requires_capture' : 'requires_confirmation',
    };
    this.#intents.set(intent.id, intent);
    if (isDeclined) throw refusal(402, 'card_declined', 'Your card was declined.');
    if (confirm) this.#vanishLater(intent);
    return { ...intent };
  }

  #capture(id: string): IntentRow {
    const intent = this.#find(id);
    if (intent.status !== 'requires_capture') throw unexpected(intent);
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    return { ...intent };
  }

  #cancel(id: string): IntentRow {
    const intent = this.#find(id);
    if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpected(intent);
    intent.status = 'canceled';
    return { ...intent };
  }

  #refund(id: string): { id: string; amount: number } {
    const intent = this.#find(id);
    if (intent.status !== 'succeeded') throw refusal(400, undefined, 'There is no charge to refund.');
    if (intent.refund) throw refusal(400, 'charge_already_refunded', 'It has been refunded.');
    intent.refund = { id: `re_${id}`, amount: intent.amount_received };
    return intent.refund;
  }

  #find(id: string): IntentRow {
    const intent = this.#intents.get(id);
    if (!intent) throw refusal(404, 'resource_missing', `There is no intent ${id}.`);
    return intent;
  }

  #intentsOf(order_id: string): IntentRow[] {
    return [...this.#intents.values()].filter((intent) => intent.order_id === order_id);
  }

  #vanishLater(intent: IntentRow): void {
    const order = this.#world.orderOf(intent.order_id);
    const fault = this.#world.faultsOf('vanish').find((one) => one.order === order);
    if (!fault) return;
    this.#world.clock.after(fault.after_ms, () => {
      if (intent.status !== 'requires_capture') return;
      intent.status = 'canceled';
      this.#world.struck.add(fault);
      this.#world.tell(order, () => `✶ stripe lets the hold of ${intent.id} go`);
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

type Options = { idempotencyKey?: string };

function unexpected({ status }: IntentRow): Error {
  return refusal(400, 'payment_intent_unexpected_state', `The payment is ${status}.`);
}

function refusal(statusCode: number, code: string | undefined, message: string, type?: string): Error {
  return errors.StripeError.generate({ statusCode, code, message, type } as never);
}

function describe(result: unknown): string {
  const { id, status, data } = result as Partial<IntentRow> & { data?: IntentRow[] };
  if (data) return data.map(describe).join(', ') || 'none';
  return status ? `${id} ${status}` : `${id}`;
}
