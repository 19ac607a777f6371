import type pg from 'pg';
import type { StepInput, Steps } from '../engine/engine.ts';
import { StepError } from '../errors.ts';
import { readBefore, readOrder, type StepOrder } from '../orders/store.ts';
import { recordEntry } from './payments.queries.ts';
import { type PaymentProvider, type PaymentRequest, paymentKey } from './provider.ts';

interface PaymentStepsContext {
  pool: pg.Pool;
  provider: PaymentProvider;
}

/** Providers keep idempotency keys for a day; an older order's payment is looked up before it is tried again. */
const KEY_LIFE_MS = 12 * 60 * 60 * 1000;

export function paymentSteps(context: PaymentStepsContext): Steps {
  return {
    authorise_payment: (input, { number }) => authorise(context, input, number),
    capture_payment: (input, { number }) => capture(context, input, number),
    // One compensation serves both: it gives back what is held or taken, whichever it is by now.
    void_payment: ({ order_id }) => giveBack(context, order_id),
    refund_payment: ({ order_id }) => giveBack(context, order_id),
  };
}

async function authorise({ pool, provider }: PaymentStepsContext, input: StepInput, attempt: number) {
  const order = await readBefore(pool, input, 'authorised');
  if (!order) return;
  try {
    const { intent_id } = await provider.authorise(toRequest(order), {
      ask_first: mayHaveActed(order, attempt),
    });
    await record(pool, order, 'authorised', intent_id, { from: order.from, stage: 'authorised' });
  } catch (error) {
    if (error instanceof StepError && error.kind === 'declined') await record(pool, order, 'declined', null);
    throw error;
  }
}

async function capture({ pool, provider }: PaymentStepsContext, input: StepInput, attempt: number) {
  const order = await readBefore(pool, input, 'captured');
  if (!order) return;
  const intent_id = intentOf(order);
  if (!intent_id) throw new Error(`order ${order.id} is to be captured but was never authorised`);
  await provider.capture({ ...toRequest(order), intent_id }, { ask_first: mayHaveActed(order, attempt) });
  await record(pool, order, 'captured', intent_id, { from: order.from, stage: 'captured' });
}

async function giveBack({ pool, provider }: PaymentStepsContext, order_id: string) {
  const order = await readOrder(pool, order_id);
  if (has(order, 'voided') || has(order, 'refunded')) return;
  if (has(order, 'declined') && !has(order, 'authorised')) return;
  const given = await provider.giveBack({ ...toRequest(order), intent_id: intentOf(order) });
  if (given.kind === 'nothing') return;
  if (given.kind === 'refunded') {
    // The capture may have acted without our hearing of it; the ledger shows both.
    if (!has(order, 'captured')) await record(pool, order, 'captured', given.intent_id);
    await record(pool, order, 'refunded', given.intent_id, { provider_id: given.refund_id });
  } else await record(pool, order, 'voided', given.intent_id);
}

function mayHaveActed(order: StepOrder, attempt: number): boolean {
  return attempt > 1 || Date.now() - order.created_at.getTime() > KEY_LIFE_MS;
}

type EntryKind = StepOrder['entries'][number]['kind'];

function has(order: StepOrder, kind: EntryKind): boolean {
  return order.entries.some((entry) => entry.kind === kind);
}

function intentOf(order: StepOrder): string | undefined {
  return order.entries.find((entry) => entry.intent_id !== null)?.intent_id ?? undefined;
}

function toRequest(order: StepOrder): PaymentRequest {
  const { id, total_amount, currency, payment_method } = order;
  return { order_id: id, amount: total_amount, currency, payment_method };
}

const acts = {
  declined: 'authorise',
  authorised: 'authorise',
  captured: 'capture',
  voided: 'authorise',
  refunded: 'refund',
} as const satisfies Record<EntryKind, Parameters<typeof paymentKey>[1]>;

async function record(
  pool: pg.Pool,
  order: StepOrder,
  kind: EntryKind,
  intent_id: string | null,
  options: { from?: string; stage?: string; provider_id?: string } = {},
) {
  await recordEntry.run(
    {
      order_id: order.id,
      kind,
      amount: kind === 'declined' ? 0 : order.total_amount,
      currency: order.currency,
      provider_id: options.provider_id ?? intent_id,
      intent_id,
      idempotency_key: paymentKey(order.id, acts[kind]),
      from: options.from ?? null,
      stage: options.stage ?? null,
      event_type: `order.payment_${kind}`,
      event_data: { amount: order.total_amount, currency: order.currency },
    },
    pool,
  );
}
