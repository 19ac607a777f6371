import { randomUUID } from 'node:crypto';
import { UnprovenResponse } from '@oms/kit/http_client/response.ts';
import Stripe from 'stripe';
import { StepError } from '../errors.ts';
import { type GivenBack, type PaymentProvider, type PaymentRequest, paymentKey } from './provider.ts';
import type { PaymentRecord } from './record.ts';
import { toStripeAmount } from './stripe_amounts.ts';
import type { StripeClient } from './stripe_client.ts';
import {
  afterChange,
  callStripe,
  declined,
  hasCode,
  isKeyOfAnother,
  isRefusal,
  isStoredFailure,
  readStripe,
  unavailable,
  unknown,
} from './stripe_errors.ts';
import { findListed } from './stripe_list.ts';
import { toRecord } from './stripe_record.ts';
import { refundInFull } from './stripe_refund.ts';
import { isDecline, isLastWord, statusOf } from './stripe_refusals.ts';
import {
  type Intent,
  isCaptured,
  readFound,
  readIntent,
  readIntentOf,
  requirePaymentOf,
} from './stripe_responses.ts';

/** Far more than an order can come to have. */
const INTENTS_MAX = 10;
/** Each key after the first takes the place of one that gives a stored failure again. */
const KEYS_MAX = 5;

/** The others hold nothing, and never will by themselves. */
const MAY_YET_HOLD: ReadonlySet<Intent['status']> = new Set(['processing', 'requires_action']);

/**
 * Payments by Stripe: intents that are confirmed at once and captured by hand.
 *
 * A response counts only when it states the fact that was asked for: this payment, this status, this sum. After any other
 * response the payment is read, and the record alone decides.
 */
export class StripeProvider implements PaymentProvider {
  readonly #stripe: StripeClient;

  constructor(stripe: StripeClient) {
    this.#stripe = stripe;
  }

  async authorise(
    payment: PaymentRequest,
    { ask_first }: { ask_first: boolean },
  ): Promise<{ intent_id: string }> {
    return callStripe(async () => {
      const known = ask_first ? await this.#find(payment.order_id) : undefined;
      // A replayed response shows the payment as it was then, and a search as it was a while ago: in doubt it is read.
      const stated = known ? await this.#retrieve(known.id) : await this.#holdByAnyKey(payment, ask_first);
      requirePaymentOf(payment, stated);
      if (isHeldOrTaken(stated)) return { intent_id: stated.id };
      const intent = await afterChange(() => this.#retrieve(stated.id));
      if (isHeldOrTaken(intent)) return { intent_id: intent.id };
      const detail = 'The payment provider has not authorised the payment.';
      if (MAY_YET_HOLD.has(intent.status)) throw unknown(detail, statusOf(intent));
      throw new StepError('declined', 'payment_declined', detail, statusOf(intent));
    });
  }

  async capture(
    payment: PaymentRequest & { intent_id: string },
    { ask_first }: { ask_first: boolean },
  ): Promise<void> {
    await callStripe(async () => {
      const { order_id, intent_id } = payment;
      if (ask_first && isCaptured(payment, await this.#retrieve(intent_id))) return;
      // A key brings back a failure for a day; once the intent was read, its state makes the capture single and a new
      // key may be used.
      const idempotencyKey = paymentKey(order_id, 'capture') + (ask_first ? `-${randomUUID()}` : '');
      const isProven = await this.#states(
        () => this.#stripe.paymentIntents.capture(intent_id, {}, { idempotencyKey }),
        (response) => isCaptured(payment, readIntentOf(response, intent_id)),
      );
      if (isProven) return;
      const intent = await this.#retrieve(intent_id);
      if (isCaptured(payment, intent)) return;
      if (intent.status !== 'canceled') {
        throw unavailable('The payment provider has not captured the payment.', statusOf(intent));
      }
      const detail = 'The hold on the money is gone: the payment is canceled.';
      throw new StepError('declined', 'payment_declined', detail, statusOf(intent));
    });
  }

  async giveBack(
    payment: PaymentRequest & { intent_id: string | undefined; is_stray?: boolean },
  ): Promise<GivenBack> {
    return callStripe(async () => {
      const { order_id, intent_id, is_stray } = payment;
      // What a payment beside the order's own states is not the order's to compare.
      const requireOwn = is_stray ? () => {} : (intent: Intent) => requirePaymentOf(payment, intent);
      const key = paymentKey(order_id, 'refund') + (is_stray ? `-${intent_id}` : '');
      const reversed = intent_id && (await this.#cancelOrRefund(intent_id, key, requireOwn));
      if (reversed) return reversed;
      // A false response may have named a payment that does not exist; then the order's key leads to the true one.
      const { intent, was_used } = await this.#useUpKey(payment);
      const settled = intent && (await this.#cancelOrRefund(intent.id, key, requireOwn));
      if (intent && !settled)
        throw unknown('The payment provider names a payment that it does not have.', undefined);
      return settled && was_used ? settled : { kind: 'nothing' };
    });
  }

  async inspect(order_id: string, intent_ids: readonly string[]): Promise<PaymentRecord[]> {
    return callStripe(async () => {
      const intents = await this.#search(order_id);
      for (const id of intent_ids) {
        if (intents.some((intent) => intent.id === id)) continue;
        const intent = await this.#retrieveKnown(id);
        if (intent) intents.push(intent);
      }
      return Promise.all(intents.map((intent) => toRecord(this.#stripe, intent)));
    });
  }

  /** Under the first key that does not give a stored failure again. */
  async #holdByAnyKey(payment: PaymentRequest, read: boolean): Promise<Intent> {
    for (let number = 1; number <= KEYS_MAX; number++) {
      try {
        return await this.#hold(payment, { read, number });
      } catch (error) {
        if (!isStoredFailure(error)) throw error;
        // The request with this key is over: what came of it is there, and nothing more will.
        const made = await afterChange(() => findListed(this.#stripe, payment, isHeldOrTaken));
        if (made) return made;
      }
    }
    throw unknown('The payment provider fails with every key.', undefined);
  }

  /** Creates the order's payment, or gets the one that its key has created. @throws StepError `declined` */
  async #hold(payment: PaymentRequest, { read, number }: { read: boolean; number: number }): Promise<Intent> {
    try {
      return await this.#create(payment, { confirm: true, read, number });
    } catch (error) {
      if (!isRefusal(error) || isKeyOfAnother(error)) throw error;
      if (error instanceof Stripe.errors.StripeCardError && isDecline(error, payment.order_id)) {
        throw declined(error);
      }
      return await afterChange(() => this.#holdInDoubt(payment, number, error));
    }
  }

  /**
   * A refusal that names no payment does not show that there is none. The key does: it gives the result of its first use,
   * and refuses once more when there was none.
   */
  async #holdInDoubt(payment: PaymentRequest, number: number, refusal: unknown): Promise<Intent> {
    try {
      return await this.#create(payment, { confirm: true, read: true, number });
    } catch (error) {
      if (!isRefusal(error) || isKeyOfAnother(error)) throw error;
    }
    const found = await this.#find(payment.order_id);
    if (found) return found;
    throw declined(refusal);
  }

  /**
   * Uses up the key of an authorisation whose outcome never became known. A first use makes an intent that
   * is not confirmed, so it holds nothing, and a request that still arrives with the key does nothing. If
   * the key was used, Stripe says so, and the original request tells its outcome once more.
   * https://docs.stripe.com/api/idempotent_requests
   */
  async #useUpKey(payment: PaymentRequest): Promise<{ intent?: Intent; was_used: boolean }> {
    const found = await this.#find(payment.order_id);
    if (found) return { intent: found, was_used: true };
    for (let number = 1; number <= KEYS_MAX; number++) {
      try {
        const intent = await this.#create(payment, { confirm: false, read: false, number });
        return { intent, was_used: false };
      } catch (error) {
        // Its first use was one of these, which hold nothing.
        if (isStoredFailure(error)) return { was_used: false };
        if (!isRefusal(error)) throw error;
      }
      try {
        return { intent: await this.#hold(payment, { read: true, number }), was_used: true };
      } catch (error) {
        if (error instanceof StepError && error.kind === 'declined') {
          if (isLastWord(error.cause, payment.order_id)) return { was_used: true };
          throw unknown('The payment provider refuses what it may yet do.', error);
        }
        if (!isStoredFailure(error)) throw error;
        const made = await findListed(this.#stripe, payment, isHeldOrTaken);
        if (made) return { intent: made, was_used: true };
      }
    }
    return { was_used: true };
  }

  /** Undefined when Stripe has no such payment. */
  async #cancelOrRefund(
    intent_id: string,
    key: string,
    requireOwn: (intent: Intent) => void,
  ): Promise<GivenBack | undefined> {
    const isProven = await this.#states(
      () => this.#stripe.paymentIntents.cancel(intent_id),
      (response) => {
        const intent = readIntentOf(response, intent_id);
        requireOwn(intent);
        return intent.status === 'canceled';
      },
    );
    if (isProven) return { kind: 'voided', intent_id };
    const intent = await this.#retrieveKnown(intent_id);
    if (!intent) return undefined;
    if (intent.status === 'canceled') return { kind: 'voided', intent_id };
    if (intent.status !== 'succeeded') {
      throw unavailable('The payment provider has not voided the payment.', statusOf(intent));
    }
    return { kind: 'refunded', intent_id, refund_id: await refundInFull(this.#stripe, intent, key) };
  }

  /** Whether the response to a change states its fact. Of one that was refused, the record is to be read. */
  async #states(change: () => Promise<unknown>, states: (response: unknown) => boolean): Promise<boolean> {
    try {
      return states(await change());
    } catch (error) {
      if (isRefusal(error) || error instanceof UnprovenResponse) return false;
      throw error;
    }
  }

  async #create(
    payment: PaymentRequest,
    { confirm, read, number }: { confirm: boolean; read: boolean; number: number },
  ): Promise<Intent> {
    const key = paymentKey(payment.order_id, 'authorise');
    const response = await this.#stripe.paymentIntents.create(
      {
        amount: toStripeAmount(payment.amount, payment.currency),
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
      { idempotencyKey: number === 1 ? key : `${key}-${number}` },
    );
    const created = readIntent(response);
    const intent = read ? await afterChange(() => this.#retrieve(created.id)) : created;
    requirePaymentOf(payment, intent);
    return intent;
  }

  async #retrieve(intent_id: string): Promise<Intent> {
    const response = await readStripe(() => this.#stripe.paymentIntents.retrieve(intent_id));
    return readIntentOf(response, intent_id);
  }

  /** Undefined when Stripe has no such payment. */
  async #retrieveKnown(intent_id: string): Promise<Intent | undefined> {
    try {
      return readIntentOf(await this.#stripe.paymentIntents.retrieve(intent_id), intent_id);
    } catch (error) {
      if (hasCode(error, 'resource_missing')) return undefined;
      throw isRefusal(error) ? unknown('The payment provider cannot be asked.', error) : error;
    }
  }

  /** The order's intent that holds or has taken money, if there is one. */
  async #find(order_id: string): Promise<Intent | undefined> {
    return (await this.#search(order_id)).find(isHeldOrTaken);
  }

  /** What was made in the last minutes may be missing: https://docs.stripe.com/search#data-freshness */
  async #search(order_id: string): Promise<Intent[]> {
    const query = `metadata['order_id']:'${order_id}'`;
    const response = await readStripe(() =>
      this.#stripe.paymentIntents.search({ query, limit: INTENTS_MAX }),
    );
    return readFound(response, order_id);
  }
}

function isHeldOrTaken({ status }: Intent): boolean {
  return status === 'requires_capture' || status === 'succeeded';
}
