import { StepError } from '../errors.ts';
import { contradicted, type HandWork, type Mark } from '../orders/hand_work.ts';
import type { StepOrder } from '../orders/store.ts';
import { has, record } from './ledger.ts';
import type { PaymentProvider } from './provider.ts';
import { describe, heldOrKept, type PaymentRecord, type PaymentRecords } from './record.ts';

/** What a person can do at the payment provider in place of a step. */
export function paymentsByHand(provider: PaymentProvider): HandWork<PaymentRecords> {
  return {
    look: (order) => lookAtPayments(provider, order),
    marks: {
      authorise_payment: markAuthorised,
      capture_payment: markCaptured,
      void_payment: markGivenBack,
      refund_payment: markGivenBack,
    },
  };
}

export async function lookAtPayments(provider: PaymentProvider, order: StepOrder): Promise<PaymentRecords> {
  const known = order.entries.flatMap(({ intent_id }) => (intent_id === null ? [] : [intent_id]));
  try {
    const payments = await provider.inspect(order.id, [...new Set(known)]);
    return { reachable: true, detail: null, payments };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { reachable: false, detail: error.detail, payments: [] };
  }
}

function markAuthorised(order: StepOrder, { payments }: PaymentRecords): Mark {
  const { id } = onlyLive(order, payments);
  return {
    says: `Write into the ledger that ${sum(order)} are authorised by ${id}.`,
    write: (client) => record(client, order, 'authorised', id, { from: order.stage, stage: 'authorised' }),
  };
}

function markCaptured(order: StepOrder, { payments }: PaymentRecords): Mark {
  const payment = onlyLive(order, payments);
  if (payment.captured_amount === 0) throw contradicted(`${describe(payment)} Nothing was captured.`);
  const { id } = payment;
  return {
    says: `Write into the ledger that ${sum(order)} were captured by ${id}.`,
    write: (client) => record(client, order, 'captured', id, { from: order.stage, stage: 'captured' }),
  };
}

function markGivenBack(order: StepOrder, { payments }: PaymentRecords): Mark {
  const [first] = payments;
  if (!first) {
    throw contradicted('The provider has no payment of this order, so none was given back; retry the step.');
  }
  const open = payments.filter((payment) => heldOrKept(payment) > 0 || !isOver(payment));
  if (open.length > 0) throw contradicted(`${open.map(describe).join(' ')} It is not given back.`);
  const taken = payments.find(({ captured_amount }) => captured_amount > 0);
  if (!taken) {
    return {
      says: `Write into the ledger that ${first.id} is voided.`,
      write: (client) => record(client, order, 'voided', first.id),
    };
  }
  const { id, refunds } = taken;
  const [refund] = refunds;
  return {
    says: `Write into the ledger that ${sum(order)} of ${id} were refunded.`,
    async write(client) {
      if (!has(order, 'captured')) await record(client, order, 'captured', id);
      await record(client, order, 'refunded', id, refund && { provider_id: refund.id });
    },
  };
}

/** The one payment that holds or has taken the order's money. */
function onlyLive(order: StepOrder, payments: PaymentRecord[]): PaymentRecord {
  const [only, ...more] = payments.filter((payment) => heldOrKept(payment) > 0);
  if (!only) {
    const others = payments.map(describe).join(' ') || 'It has none of this order.';
    const hint = `A payment made by hand is found by its metadata: order_id ${order.id}.`;
    throw contradicted(`The provider holds and has taken nothing. ${others} ${hint}`);
  }
  if (more.length > 0) {
    throw contradicted(`There must be one payment: ${[only, ...more].map(describe).join(' ')}`);
  }
  if (heldOrKept(only) !== order.total_amount || only.currency !== order.currency) {
    throw contradicted(`${describe(only)} The order's total is ${sum(order)}.`);
  }
  return only;
}

/** Nothing can be held or taken by it any more. */
function isOver({ status }: PaymentRecord): boolean {
  return status === 'canceled' || status === 'succeeded';
}

function sum({ total_amount, currency }: StepOrder): string {
  return `${total_amount} ${currency}`;
}
