import { stripeError } from '../../../../sandbox/src/stripe/errors.ts';
import {
  type PaymentIntentRow,
  toPaymentError,
  toPaymentIntent,
} from '../../../../sandbox/src/stripe/payment_intent.ts';
import { type RefundRow, toRefund } from '../../../../sandbox/src/stripe/refunds.ts';
import type { World } from '../world.ts';
import { refusal, toError } from './stripe_errors.ts';
import type { Instead } from './wire.ts';

export type Row = PaymentIntentRow & {
  refunds: RefundRow[];
  /** Search does not know it before. */
  searchable_ms: number;
};

/** Search lags behind for so long, at most, outside of an outage. https://docs.stripe.com/search#data-freshness */
const SEARCH_LAG_MS_MAX = 60_000;
const PAGE_MAX = 100;

/** The payments of one merchant, and what can be done to them. */
export class StripeAccount {
  readonly intents = new Map<string, Row>();
  readonly #world: World;
  #ids = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** What an act would answer; what it changes of the order's payments is undone. */
  rehearse(order_id: string, act: () => object): object {
    const before = this.intentsOf(order_id).map((row) => [row, structuredClone(row)] as const);
    try {
      return act();
    } finally {
      for (const row of this.intentsOf(order_id)) this.intents.delete(row.id);
      for (const [row, copy] of before) this.intents.set(row.id, Object.assign(row, copy));
    }
  }

  create(
    { amount, currency, confirm, payment_method, metadata }: NewIntent,
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
    this.intents.set(row.id, row);
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

  capture(id: string, instead: Instead | undefined): object {
    const row = this.find(id);
    if (row.status !== 'requires_capture') throw unexpected(row);
    if (!instead) Object.assign(row, { status: 'succeeded', amount_received: row.amount });
    return toPaymentIntent(row);
  }

  cancel(id: string, instead: Instead | undefined): object {
    const row = this.find(id);
    if (row.status === 'succeeded' || row.status === 'canceled') throw unexpected(row);
    if (!instead) row.status = 'canceled';
    return toPaymentIntent(row);
  }

  refund(id: string, instead: Instead | undefined): object {
    const row = this.find(id);
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

  find(id: string): Row {
    const row = this.intents.get(id);
    if (!row) throw refusal(404, 'resource_missing', `There is no intent ${id}.`);
    return row;
  }

  search(order_id: string): object {
    const now_ms = this.#world.clock.now_ms;
    const found = this.intentsOf(order_id).filter(({ searchable_ms }) => searchable_ms <= now_ms);
    return { ...page(found.map((row) => toPaymentIntent(row))), object: 'search_result' };
  }

  list({ created, limit = 10, starting_after }: IntentQuery): object {
    const rows = [...this.intents.values()].reverse();
    const from = starting_after ? rows.findIndex(({ id }) => id === starting_after) + 1 : 0;
    const found = rows.slice(from).filter((row) => row.created >= (created?.gte ?? 0));
    const size = Math.min(limit, PAGE_MAX);
    return page(
      found.slice(0, size).map((row) => toPaymentIntent(row)),
      found.length > size,
    );
  }

  intentsOf(order_id: string): Row[] {
    return [...this.intents.values()].filter(({ metadata }) => metadata.order_id === order_id);
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

export interface NewIntent {
  amount: number;
  currency: string;
  confirm: boolean;
  payment_method: string;
  metadata: { order_id: string };
}

export interface IntentQuery {
  created?: { gte?: number };
  limit?: number;
  starting_after?: string;
}

export function page(data: object[], has_more = false): object {
  return { object: 'list', url: '', has_more, data };
}

function unexpected({ status }: Row): Error {
  return refusal(400, 'payment_intent_unexpected_state', `The payment is ${status}.`);
}
