import { randomUUID } from 'node:crypto';
import { outgoingHeaders } from '@oms/kit/trace/scope.ts';
import Stripe from 'stripe';
import { NEVER_SENT, StepError } from '../errors.ts';
import { type GivenBack, type PaymentProvider, type PaymentRequest, paymentKey } from './provider.ts';
import { counts, type PaymentRecord } from './record.ts';

export interface StripeOptions {
  key: string;
  /** Where Stripe's API is, when it is not at its own address. */
  url: string | undefined;
  timeout_ms: number;
}

/** The part of Stripe's client that is used. */
export type StripeClient = Pick<Stripe, 'paymentIntents' | 'refunds'>;

export function connectStripe({ key, url, timeout_ms }: StripeOptions): StripeClient {
  return new Stripe(key, {
    // Our own policies decide what is tried again, and when.
    maxNetworkRetries: 0,
    timeout: timeout_ms,
    telemetry: false,
    httpClient: tracedClient(),
    ...(url && addressOf(url)),
  });
}

/** Far more than an order can come to have. */
const INTENTS_MAX = 10;
const REFUNDS_MAX = 100;

/** Payments by Stripe: intents that are confirmed at once and captured by hand. */
export class StripeProvider implements PaymentProvider {
  readonly #stripe: StripeClient;

  constructor(stripe: StripeClient) {
    this.#stripe = stripe;
  }

  async authorise(
    payment: PaymentRequest,
    { ask_first }: { ask_first: boolean },
  ): Promise<{ intent_id: string }> {
    return call(async () => {
      const known = ask_first ? await this.#find(payment.order_id) : undefined;
      const intent = known ?? (await this.#createIntent(payment, true));
      return { intent_id: intent.id };
    });
  }

  async capture(
    { order_id, intent_id }: PaymentRequest & { intent_id: string },
    { ask_first }: { ask_first: boolean },
  ): Promise<void> {
    await call(async () => {
      if (ask_first && (await this.#statusOf(intent_id)) === 'succeeded') return;
      try {
        await this.#stripe.paymentIntents.capture(
          intent_id,
          {},
          // A key brings back a failure for a day; once the intent was looked at, its state makes the
          // capture single and a new key may be used.
          { idempotencyKey: paymentKey(order_id, 'capture') + (ask_first ? `-${randomUUID()}` : '') },
        );
      } catch (error) {
        if (!isUnexpectedState(error)) throw error;
        const status = await this.#statusOf(intent_id);
        if (status === 'succeeded') return;
        throw new StepError(
          'declined',
          'payment_declined',
          `The hold is gone: the payment is ${status}.`,
          error,
        );
      }
    });
  }

  async giveBack(
    payment: PaymentRequest & { intent_id: string | undefined; is_stray?: boolean },
  ): Promise<GivenBack> {
    return call(async () => {
      const { order_id, intent_id, is_stray } = payment;
      if (intent_id) return this.#cancelOrRefund(order_id, intent_id, is_stray);
      const { intent, was_used } = await this.#useUpKey(payment);
      if (!intent) return { kind: 'nothing' };
      const given = await this.#cancelOrRefund(payment.order_id, intent.id);
      return was_used ? given : { kind: 'nothing' };
    });
  }

  async inspect(order_id: string, intent_ids: readonly string[]): Promise<PaymentRecord[]> {
    return call(async () => {
      const intents = await this.#search(order_id);
      for (const id of intent_ids) {
        if (intents.some((intent) => intent.id === id)) continue;
        const intent = await this.#retrieve(id);
        if (intent) intents.push(intent);
      }
      return Promise.all(intents.map((intent) => this.#toRecord(intent)));
    });
  }

  async #retrieve(intent_id: string): Promise<Stripe.PaymentIntent | undefined> {
    try {
      return await this.#stripe.paymentIntents.retrieve(intent_id);
    } catch (error) {
      if (hasCode(error, 'resource_missing')) return undefined;
      throw error;
    }
  }

  async #toRecord(intent: Stripe.PaymentIntent): Promise<PaymentRecord> {
    const { id, status, currency, amount, amount_received: captured_amount } = intent;
    const { data } =
      captured_amount > 0
        ? await lookUp(() => this.#stripe.refunds.list({ payment_intent: id, limit: REFUNDS_MAX }))
        : { data: [] };
    const refunds = data.map((refund) => ({ id: refund.id, status: refund.status, amount: refund.amount }));
    const refunded_amount = refunds.filter(counts).reduce((sum, refund) => sum + refund.amount, 0);
    return {
      id,
      status,
      currency: currency.toUpperCase(),
      amount,
      captured_amount,
      refunded_amount,
      refunds,
    };
  }

  /**
   * Uses up the key of an authorisation whose outcome never became known. A first use makes an intent that
   * is not confirmed, so it holds nothing, and a request that still arrives with the key does nothing. If
   * the key was used, Stripe says so, and the original request tells its outcome once more.
   * https://docs.stripe.com/api/idempotent_requests
   */
  async #useUpKey(payment: PaymentRequest): Promise<{ intent?: Stripe.PaymentIntent; was_used: boolean }> {
    const found = await this.#find(payment.order_id);
    if (found) return { intent: found, was_used: true };
    try {
      return { intent: await this.#createIntent(payment, false), was_used: false };
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeIdempotencyError)) throw error;
    }
    try {
      return { intent: await this.#createIntent(payment, true), was_used: true };
    } catch (error) {
      if (error instanceof Stripe.errors.StripeCardError) return { was_used: true };
      throw error;
    }
  }

  async #cancelOrRefund(order_id: string, intent_id: string, is_stray = false): Promise<GivenBack> {
    try {
      await this.#stripe.paymentIntents.cancel(intent_id);
      return { kind: 'voided', intent_id };
    } catch (error) {
      if (!isUnexpectedState(error)) throw error;
    }
    const status = await this.#statusOf(intent_id);
    if (status === 'canceled') return { kind: 'voided', intent_id };
    return { kind: 'refunded', intent_id, refund_id: await this.#refund(order_id, intent_id, is_stray) };
  }

  async #refund(order_id: string, intent_id: string, is_stray: boolean): Promise<string> {
    const key = paymentKey(order_id, 'refund') + (is_stray ? `-${intent_id}` : '');
    try {
      const refund = await this.#stripe.refunds.create(
        { payment_intent: intent_id, metadata: { order_id } },
        { idempotencyKey: key },
      );
      return refund.id;
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeError) || error.code !== 'charge_already_refunded')
        throw error;
      const { data } = await this.#stripe.refunds.list({ payment_intent: intent_id, limit: 1 });
      return data[0]?.id ?? intent_id;
    }
  }

  #createIntent(payment: PaymentRequest, confirm: boolean): Promise<Stripe.PaymentIntent> {
    return this.#stripe.paymentIntents.create(
      {
        amount: payment.amount,
        currency: payment.currency.toLowerCase(),
        capture_method: 'manual',
        payment_method: payment.payment_method,
        // Nobody is there to be sent to another page.
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        confirm,
        // A card that wants its owner to prove herself is declined; the answer would be a success otherwise.
        ...(confirm && { error_on_requires_action: true }),
        metadata: { order_id: payment.order_id },
      },
      { idempotencyKey: paymentKey(payment.order_id, 'authorise') },
    );
  }

  async #statusOf(intent_id: string): Promise<Stripe.PaymentIntent['status']> {
    return (await lookUp(() => this.#stripe.paymentIntents.retrieve(intent_id))).status;
  }

  /** The order's intent that holds or has taken money, if there is one. */
  async #find(order_id: string): Promise<Stripe.PaymentIntent | undefined> {
    const intents = await this.#search(order_id);
    return intents.find(({ status }) => status === 'requires_capture' || status === 'succeeded');
  }

  async #search(order_id: string): Promise<Stripe.PaymentIntent[]> {
    const query = `metadata['order_id']:'${order_id}'`;
    return (await lookUp(() => this.#stripe.paymentIntents.search({ query, limit: INTENTS_MAX }))).data;
  }
}

/** Stripe's own client; each request tells whose it is. */
function tracedClient(): Stripe.HttpClient {
  const client = Stripe.createNodeHttpClient();
  return {
    getClientName: () => client.getClientName(),
    makeRequest: (host, port, path, method, headers, ...rest) =>
      client.makeRequest(host, port, path, method, { ...headers, ...outgoingHeaders() }, ...rest),
  };
}

function addressOf(url: string) {
  const { protocol, hostname, port } = new URL(url);
  const scheme: 'http' | 'https' = protocol === 'http:' ? 'http' : 'https';
  return { protocol: scheme, host: hostname, port: port || (scheme === 'http' ? '80' : '443') };
}

function isUnexpectedState(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'payment_intent_unexpected_state';
}

/** A look-up that is refused says nothing about the payment. */
async function lookUp<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    throw new StepError('unknown', 'payment_unavailable', 'The payment provider cannot be asked.', error);
  }
}

async function call<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof StepError ? error : toStepError(error);
  }
}

/** https://docs.stripe.com/error-handling: what each error says about whether the request acted. */
function toStepError(error: unknown): StepError {
  const { errors } = Stripe;
  if (error instanceof errors.StripeCardError) {
    return new StepError('declined', 'payment_declined', error.message, error);
  }
  if (error instanceof errors.StripeConnectionError) {
    const cause = (error.detail as { code?: string } | undefined)?.code ?? '';
    if (NEVER_SENT.has(cause)) return unavailable('The payment provider cannot be reached.', error);
    return new StepError('unknown', 'payment_unavailable', 'The payment provider did not answer.', error);
  }
  if (error instanceof errors.StripeRateLimitError || hasCode(error, 'idempotency_key_in_use')) {
    return unavailable('The payment provider is busy.', error);
  }
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    return unavailable('The payment provider refuses our key.', error);
  }
  if (error instanceof errors.StripeInvalidRequestError) {
    return new StepError(
      'declined',
      'payment_declined',
      `The payment provider refuses the request: ${error.message}`,
      error,
    );
  }
  if (error instanceof errors.StripeError && error.statusCode === 503) {
    return unavailable('The payment provider is unavailable.', error);
  }
  return new StepError('unknown', 'payment_unavailable', 'The payment provider failed.', error);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === code;
}

function unavailable(detail: string, cause: unknown): StepError {
  return new StepError('unavailable', 'payment_unavailable', detail, cause);
}
