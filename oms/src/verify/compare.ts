import type { Intent, Parcel } from './providers.ts';
import type { Offence } from './report.ts';
import type { IReadEndedResult } from './verify.queries.ts';

/** An order that has ended, as far as the providers must agree with it. */
export interface EndedOrder {
  id: string;
  status: 'completed' | 'cancelled';
  total_amount: number;
  currency: string;
  entries: Entry[];
  shipment: { id: string; status: string; tracking_code: string | null } | null;
}

interface Entry {
  kind: 'declined' | 'authorised' | 'captured' | 'voided' | 'refunded';
  amount: number;
  currency: string;
  intent_id: string | null;
}

export function toEndedOrder(row: IReadEndedResult): EndedOrder {
  const { id, total_amount, currency, shipment_id, shipment_status, tracking_code } = row;
  return {
    id,
    status: row.status as EndedOrder['status'],
    total_amount,
    currency,
    entries: (row.entries as unknown as Entry[] | null) ?? [],
    shipment:
      shipment_id && shipment_status ? { id: shipment_id, status: shipment_status, tracking_code } : null,
  };
}

/** What is wrong with an ended order's money, by our ledger and by the provider's list. */
export function compareMoney(order: EndedOrder, intents: Intent[]): Offence[] {
  const wrong = (kind: Offence['kind'], detail: string): Offence => ({ kind, subject: order.id, detail });
  const found: Offence[] = [];
  const ledger = checkLedger(order);
  if (ledger) found.push(wrong('ledger_wrong', ledger));

  for (const { id } of intents.filter(({ status }) => status === 'requires_capture')) {
    found.push(wrong('hold_left', `It is ${order.status}, yet payment ${id} still holds money.`));
  }
  const taken = intents.filter(
    ({ status, amount_received }) => status === 'succeeded' && amount_received > 0,
  );
  if (order.status === 'completed') {
    const [only, ...more] = taken;
    const isRight = only && more.length === 0 && isWholeTotal(order, only);
    if (!isRight) found.push(wrong('not_captured_once', describeTaken(order, taken)));
  } else {
    for (const { id, amount_received, amount_refunded, currency } of taken) {
      if (amount_received === amount_refunded) continue;
      const kept = `${amount_received - amount_refunded} ${currency} of payment ${id}`;
      found.push(wrong('money_kept', `It is cancelled, yet ${kept} were not given back.`));
    }
  }
  const difference = differLedger(order, intents);
  if (difference) found.push(wrong('ledger_differs', difference));
  return found;
}

function isWholeTotal(order: EndedOrder, intent: Intent): boolean {
  return (
    intent.amount_received === order.total_amount &&
    intent.amount_refunded === 0 &&
    intent.currency.toUpperCase() === order.currency
  );
}

function describeTaken(order: EndedOrder, taken: Intent[]): string {
  const total = `It is completed with a total of ${order.total_amount} ${order.currency}`;
  if (taken.length === 0) return `${total}, yet the provider has taken nothing.`;
  const each = taken.map(({ id, amount_received, amount_refunded, currency }) => {
    const refunded = amount_refunded > 0 ? `, ${amount_refunded} refunded` : '';
    return `${amount_received} ${currency.toUpperCase()} by ${id}${refunded}`;
  });
  return `${total}; the provider has taken ${each.join(' and ')}.`;
}

/** What is wrong with our own entries, for people. */
function checkLedger({ status, total_amount, currency, entries }: EndedOrder): string | undefined {
  const kinds = new Set(entries.map(({ kind }) => kind));
  const list = entries.map(({ kind, amount }) => `${kind} ${amount}`).join(', ') || 'empty';
  const odd = entries.some(
    (entry) => entry.kind !== 'declined' && (entry.amount !== total_amount || entry.currency !== currency),
  );
  if (odd) return `The ledger (${list}) differs from the total of ${total_amount} ${currency}.`;
  const payments = new Set(
    entries.filter(({ kind }) => kind !== 'declined').map(({ intent_id }) => intent_id),
  );
  if (payments.has(null)) return `The ledger (${list}) has an entry without a payment.`;
  if (payments.size > 1) return `The ledger (${list}) names several payments: ${[...payments].join(', ')}.`;
  const isRight =
    status === 'completed'
      ? kinds.has('authorised') && kinds.has('captured') && !kinds.has('voided') && !kinds.has('refunded')
      : kinds.has('captured')
        ? kinds.has('refunded')
        : kinds.has('voided') || !kinds.has('authorised');
  return isRight ? undefined : `It is ${status}, which does not fit its ledger: ${list}.`;
}

/** How the provider's payment differs from what our ledger says became of it. */
function differLedger({ entries }: EndedOrder, intents: Intent[]): string | undefined {
  const outcome = (['refunded', 'voided', 'captured', 'authorised'] as const)
    .map((kind) => entries.find((entry) => entry.kind === kind))
    .find((entry) => entry !== undefined);
  if (!outcome) return undefined;
  const intent = intents.find(({ id }) => id === outcome.intent_id);
  if (!intent)
    return `The ledger says ${outcome.kind} of ${outcome.intent_id}, which the provider does not have.`;
  const isLike = {
    refunded: intent.status === 'succeeded' && intent.amount_refunded === outcome.amount,
    voided: intent.status === 'canceled',
    captured: intent.status === 'succeeded' && intent.amount_refunded === 0,
    authorised: intent.status === 'requires_capture',
    declined: true,
  }[outcome.kind];
  if (isLike) return undefined;
  const refunded = intent.amount_refunded > 0 ? `, ${intent.amount_refunded} refunded` : '';
  return `The ledger says ${outcome.kind}; at the provider ${intent.id} is ${intent.status}${refunded}.`;
}

/** What is wrong with an ended order's parcel, by our row and by the carrier's list of live ones. */
export function compareParcels(order: EndedOrder, parcels: Parcel[]): Offence[] {
  const wrong = (kind: Offence['kind'], detail: string): Offence => ({ kind, subject: order.id, detail });
  const ids = parcels.map(({ id }) => id).join(', ');
  const ours = order.shipment;
  const ourState = ours ? `${ours.status} as ${ours.id}, ${ours.tracking_code}` : 'missing';
  if (order.status === 'cancelled') {
    if (parcels.length > 0) return [wrong('parcel_left', `It is cancelled, yet the carrier has ${ids}.`)];
    if (!ours || ours.status === 'cancelled') return [];
    return [wrong('parcel_differs', `It is cancelled, yet our shipment is ${ourState}.`)];
  }
  const [only, ...more] = parcels;
  if (!only)
    return [wrong('parcel_missing', `It is completed, yet the carrier has no parcel; ours is ${ourState}.`)];
  if (more.length > 0) return [wrong('parcel_twice', `The carrier has ${ids}; ours is ${ourState}.`)];
  const isSame =
    ours?.status === 'booked' &&
    ours.id === only.id &&
    ours.tracking_code === only.tracking_code &&
    Boolean(ours.tracking_code);
  if (isSame) return [];
  return [wrong('parcel_differs', `The carrier has ${only.id}, ${only.tracking_code}; ours is ${ourState}.`)];
}
