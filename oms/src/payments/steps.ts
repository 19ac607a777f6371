import type pg from 'pg';
import type { StepInput, Steps } from '../engine/engine.ts';
import { StepError } from '../errors.ts';
import { readBefore, readOrder, type StepOrder } from '../orders/store.ts';
import { has, intentOf, record } from './ledger.ts';
import type { PaymentProvider, PaymentRequest } from './provider.ts';

interface PaymentStepsContext {
  pool: pg.Pool;
  provider: PaymentProvider;
}

/** Providers keep idempotency keys for a day; an older order's payment is looked up before it is tried again. */
const KEY_LIFE_MS = 12 * 60 * 60 * 1000;
/** How far our clock and the database's may be apart. An order from later on shows that a clock was set back. */
const CLOCK_SKEW_MS = 60_000;

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
  const ask_first = mayHaveActed(order, 'authorise_payment', attempt);
  try {
    const { intent_id } = await provider.authorise(toRequest(order), { ask_first });
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
  const ask_first = mayHaveActed(order, 'capture_payment', attempt);
  await provider.capture({ ...toRequest(order), intent_id }, { ask_first });
  await record(pool, order, 'captured', intent_id, { from: order.from, stage: 'captured' });
}

async function giveBack({ pool, provider }: PaymentStepsContext, order_id: string) {
  const order = await readOrder(pool, order_id);
  if (has(order, 'voided') || has(order, 'refunded')) return;
  // What was declined is settled too: a process that died may have sent a request that is still on its way.
  const given = await provider.giveBack({ ...toRequest(order), intent_id: intentOf(order) });
  if (given.kind === 'nothing') return;
  if (given.kind === 'refunded') {
    // The capture may have acted without our hearing of it; the ledger shows both.
    if (!has(order, 'captured')) await record(pool, order, 'captured', given.intent_id);
    await record(pool, order, 'refunded', given.intent_id, { provider_id: given.refund_id });
  } else await record(pool, order, 'voided', given.intent_id);
}

function mayHaveActed(order: StepOrder, step: string, attempt: number): boolean {
  const age_ms = Date.now() - order.created_at.getTime();
  const isKeyFresh = age_ms > -CLOCK_SKEW_MS && age_ms < KEY_LIFE_MS;
  return attempt > 1 || order.stuck_step === step || !isKeyFresh;
}

function toRequest(order: StepOrder): PaymentRequest {
  const { id, total_amount, currency, payment_method, created_at } = order;
  return { order_id: id, amount: total_amount, currency, payment_method, placed_at: created_at };
}
