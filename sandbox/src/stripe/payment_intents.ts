import { type Answer, ok } from '../answer.ts';
import { newId } from '../ids.ts';
import type { Call, Operation } from '../operation.ts';
import { change, firstRow, replay, type Stripe } from './changes.ts';
import { missing, stripeError } from './errors.ts';
import { keyOf } from './idempotency.ts';
import { amountTooLarge, explainMissingMethod, unexpectedState } from './intent_refusals.ts';
import { ATTEMPT_HINTS, readNewIntent } from './new_intent.ts';
import {
  AMOUNT_MAX,
  allowOnly,
  type Parameters,
  readChoice,
  readInteger,
  readList,
  readMetadata,
  readPaymentMethod,
} from './parameters.ts';
import { type PaymentIntentRow, toPaymentError, toPaymentIntent } from './payment_intent.ts';
import { CANCEL_INTENT, CAPTURE_INTENT, CONFIRM_INTENT, CREATE_INTENT, FIND_INTENT } from './statements.ts';

/** Creating an intent and leading it through its states. https://docs.stripe.com/payments/paymentintents/lifecycle */
export function paymentIntentOperations(stripe: Stripe): Operation[] {
  const url = '/payment_intents';
  const findOrderId = async (call: Call) =>
    (await firstRow<PaymentIntentRow>(stripe.pool, FIND_INTENT, [call.params.id]))?.metadata.order_id;
  return [
    {
      name: 'payment_intents.create',
      method: 'POST',
      url,
      act: (call) => create(stripe, call),
      findOrderId: async (call) => readMetadata(call.body).order_id,
    },
    {
      name: 'payment_intents.retrieve',
      method: 'GET',
      url: `${url}/:id`,
      act: (call) => retrieve(stripe, call),
      findOrderId,
    },
    {
      name: 'payment_intents.confirm',
      method: 'POST',
      url: `${url}/:id/confirm`,
      act: (call) => confirm(stripe, call),
      findOrderId,
    },
    {
      name: 'payment_intents.capture',
      method: 'POST',
      url: `${url}/:id/capture`,
      act: (call) => capture(stripe, call),
      findOrderId,
    },
    {
      name: 'payment_intents.cancel',
      method: 'POST',
      url: `${url}/:id/cancel`,
      act: (call) => cancel(stripe, call),
      findOrderId,
    },
  ];
}

export async function findIntent(
  stripe: Stripe,
  id: string,
  refused_status: 400 | 404,
): Promise<PaymentIntentRow> {
  const row = await firstRow<PaymentIntentRow>(stripe.pool, FIND_INTENT, [id]);
  if (row) return row;
  throw missing('payment_intent', id, refused_status);
}

async function create({ pool, keys }: Stripe, call: Call): Promise<Answer> {
  const row = readNewIntent(call.instead ? { ...call.body, confirm: 'false' } : call.body);
  const answer = (row: PaymentIntentRow) => attempted(row, call.body);
  const key = keyOf(call);
  const { rowCount } = await pool.query(CREATE_INTENT, [
    row,
    key.value,
    key.fingerprint,
    row.declined_payment_method === null ? 200 : 402,
  ]);
  if (rowCount === 1) return answer(row);
  const kept = await keys.find(key);
  if (kept) return replay(kept, answer);
  throw new Error('an idempotency key was purged between two looks at it');
}

async function retrieve(stripe: Stripe, call: Call): Promise<Answer> {
  allowOnly(call.query, ['expand', 'client_secret']);
  return ok(toPaymentIntent(await findIntent(stripe, call.params.id!, 404), expandsCharge(call.query)));
}

async function confirm(stripe: Stripe, call: Call): Promise<Answer> {
  const id = call.params.id!;
  allowOnly(call.body, ['payment_method', 'expand', ...ATTEMPT_HINTS]);
  const method = readPaymentMethod(call.body);
  return change<PaymentIntentRow>(stripe, call, {
    statement: CONFIRM_INTENT,
    values: (key) => [id, key.value, key.fingerprint, method?.id, method?.declines, newId('ch_')],
    answer: (row) => attempted(row, call.body),
    explain: async () => {
      const row = await findIntent(stripe, id, 404);
      return unexpectedState('confirm', row) ?? explainMissingMethod(row, method);
    },
  });
}

async function capture(stripe: Stripe, call: Call): Promise<Answer> {
  const id = call.params.id!;
  allowOnly(call.body, ['amount_to_capture', 'final_capture', 'metadata', 'expand']);
  const amount = readInteger(call.body, 'amount_to_capture', 1, AMOUNT_MAX);
  return change<PaymentIntentRow>(stripe, call, {
    statement: CAPTURE_INTENT,
    values: (key) => [id, key.value, key.fingerprint, amount],
    answer: (row) => ok(toPaymentIntent(row, expandsCharge(call.body))),
    explain: async () => {
      const row = await findIntent(stripe, id, 404);
      return unexpectedState('capture', row) ?? amountTooLarge(row, amount);
    },
  });
}

async function cancel(stripe: Stripe, call: Call): Promise<Answer> {
  const id = call.params.id!;
  allowOnly(call.body, ['cancellation_reason', 'expand']);
  const reason = readChoice(call.body, 'cancellation_reason', CANCELLATION_REASONS);
  return change<PaymentIntentRow>(stripe, call, {
    statement: CANCEL_INTENT,
    values: (key) => [id, key.value, key.fingerprint, reason, Math.floor(Date.now() / 1000)],
    answer: (row) => ok(toPaymentIntent(row, expandsCharge(call.body))),
    explain: async () => unexpectedState('cancel', await findIntent(stripe, id, 404)),
  });
}

const CANCELLATION_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'] as const;

/** The answer to an attempt: the intent, or the card's error with the intent inside. */
function attempted(row: PaymentIntentRow, parameters: Parameters): Answer {
  const intent = toPaymentIntent(row, expandsCharge(parameters));
  if (row.declined_payment_method === null) return ok(intent);
  return stripeError(402, { ...toPaymentError(row), payment_intent: intent });
}

export function expandsCharge(parameters: Parameters): boolean {
  const names = readList(parameters, 'expand');
  return names.includes('latest_charge') || names.includes('data.latest_charge');
}
