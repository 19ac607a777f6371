import type { PaymentRecord } from './record.ts';

/** What the service needs of a payment provider. Every method may throw a `StepError` of any kind. */
export interface PaymentProvider {
  /**
   * Holds the order's money.
   * @param options.ask_first whether an earlier request may have acted, so that the provider is asked before
   * @throws StepError `declined` when the money is refused
   */
  authorise(payment: PaymentRequest, options: { ask_first: boolean }): Promise<{ intent_id: string }>;
  /** Takes the money that is held; taking it twice takes it once. */
  capture(payment: PaymentRequest & { intent_id: string }, options: { ask_first: boolean }): Promise<void>;
  /**
   * Gives back whatever was held or taken, and makes sure that a request still on its way cannot hold or
   * take anything later.
   * @param payment.intent_id undefined when it never became known
   * @param payment.is_stray whether it is a payment beside the order's own, with a key of its own
   */
  giveBack(
    payment: PaymentRequest & { intent_id: string | undefined; is_stray?: boolean },
  ): Promise<GivenBack>;
  /** All that there is of an order's payments, found by the order's id and by the ids given; changes nothing. */
  inspect(order_id: string, intent_ids: readonly string[]): Promise<PaymentRecord[]>;
}

export interface PaymentRequest {
  order_id: string;
  /** In minor units. */
  amount: number;
  currency: string;
  payment_method: string;
  /** When the order was placed; no payment of it is older. */
  placed_at: Date;
}

export type GivenBack =
  | { kind: 'nothing' }
  | { kind: 'voided'; intent_id: string }
  | { kind: 'refunded'; intent_id: string; refund_id: string };

/** The idempotency key of each act; one per order, so that an act repeated is the same act. */
export function paymentKey(order_id: string, act: 'authorise' | 'capture' | 'refund'): string {
  return `order-${order_id}-${act}`;
}
