import { type Answer, ok } from '../answer.ts';
import { idTail, newId } from '../ids.ts';
import type { Call, Operation } from '../operation.ts';
import { allRows, change, firstRow, type Stripe } from './changes.ts';
import { missing, stripeError } from './errors.ts';
import { page, readPage } from './lists.ts';
import {
  AMOUNT_MAX,
  allowOnly,
  readChoice,
  readInteger,
  readMetadata,
  readText,
  required,
} from './parameters.ts';
import type { PaymentIntentRow } from './payment_intent.ts';
import { findIntent } from './payment_intents.ts';
import {
  CREATE_REFUND,
  FIND_INTENT,
  FIND_REFUND,
  LIST_REFUNDS,
  LIST_REFUNDS_OF_INTENT,
} from './statements.ts';

export interface RefundRow {
  id: string;
  payment_intent: string;
  charge: string | null;
  amount: number;
  currency: string;
  reason: string | null;
  metadata: Record<string, string>;
  created: number;
  status: 'succeeded' | 'pending' | 'failed';
  /** When what is pending will have succeeded. */
  succeeds_ms: number | null;
}

/** Giving captured money back, whole or in parts. https://docs.stripe.com/api/refunds */
export function refundOperations(stripe: Stripe): Operation[] {
  const orderOfIntent = async (id: unknown) =>
    (await firstRow<PaymentIntentRow>(stripe.pool, FIND_INTENT, [id]))?.metadata.order_id;
  return [
    {
      name: 'refunds.create',
      method: 'POST',
      url: '/refunds',
      act: (call) => create(stripe, call),
      findOrderId: (call) => orderOfIntent(call.body.payment_intent),
    },
    {
      name: 'refunds.retrieve',
      method: 'GET',
      url: '/refunds/:id',
      findOrderId: async (call) => {
        const row = await firstRow<RefundRow>(stripe.pool, FIND_REFUND, [call.params.id]);
        return row && orderOfIntent(row.payment_intent);
      },
      async act(call) {
        const row = await firstRow<RefundRow>(stripe.pool, FIND_REFUND, [call.params.id]);
        if (row) return ok(toRefund(row));
        throw missing('refund', call.params.id!, 404);
      },
    },
    {
      name: 'refunds.list',
      method: 'GET',
      url: '/refunds',
      findOrderId: (call) => orderOfIntent(call.query.payment_intent),
      async act({ query }) {
        allowOnly(query, ['limit', 'starting_after', 'created', 'payment_intent', 'expand']);
        const { values, limit } = readPage(query, 're_');
        const intent = readText(query, 'payment_intent');
        const rows = intent
          ? await allRows<RefundRow>(stripe.pool, LIST_REFUNDS_OF_INTENT, [...values, intent])
          : await allRows<RefundRow>(stripe.pool, LIST_REFUNDS, values);
        return page('/v1/refunds', rows, limit, toRefund);
      },
    },
  ];
}

async function create(stripe: Stripe, call: Call): Promise<Answer> {
  allowOnly(call.body, ['payment_intent', 'amount', 'metadata', 'reason', 'expand']);
  const intent = required(readText(call.body, 'payment_intent'), 'payment_intent');
  const amount = readInteger(call.body, 'amount', 1, AMOUNT_MAX);
  const reason = readChoice(call.body, 'reason', ['duplicate', 'fraudulent', 'requested_by_customer']);
  const metadata = readMetadata(call.body);
  const now_ms = Date.now();
  const { outcome = 'succeeded', delay_ms } = call.instead ?? {};
  const succeeds_ms = delay_ms === undefined ? undefined : now_ms + delay_ms;
  return change<RefundRow>(stripe, call, {
    statement: CREATE_REFUND,
    values: (key) => [
      ...[intent, key.value, key.fingerprint, amount, newId('re_'), reason, metadata],
      ...[Math.floor(now_ms / 1000), outcome, succeeds_ms],
    ],
    answer: (row) => ok(toRefund(row)),
    explain: async () => explain(await findIntent(stripe, intent, 400), amount),
  });
}

function explain(row: PaymentIntentRow, amount: number | undefined): Answer | undefined {
  if (row.status !== 'succeeded') {
    return stripeError(400, {
      message: `This PaymentIntent (${row.id}) does not have a successful charge to refund.`,
      param: 'payment_intent',
    });
  }
  const left = row.amount_received - row.amount_refunded;
  if (left === 0) {
    return stripeError(400, {
      code: 'charge_already_refunded',
      message: `Charge ${row.latest_charge} has already been refunded.`,
      charge: row.latest_charge,
    });
  }
  if (amount === undefined || amount <= left) return undefined;
  return stripeError(400, {
    message: `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
    param: 'amount',
  });
}

export function toRefund(row: RefundRow): object {
  const hasSucceeded = row.succeeds_ms !== null && row.succeeds_ms <= Date.now();
  const status = row.status === 'pending' && hasSucceeded ? 'succeeded' : row.status;
  return {
    id: row.id,
    object: 'refund',
    amount: row.amount,
    balance_transaction: `txn_${idTail(row.id)}`,
    charge: row.charge,
    created: row.created,
    currency: row.currency,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    metadata: row.metadata,
    payment_intent: row.payment_intent,
    reason: row.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    ...(status === 'failed' && { failure_reason: 'expired_or_canceled_card' }),
    transfer_reversal: null,
  };
}
