/** An order's stages, what each means to the outside, and what may be asked of an order in it. */
export const stages = {
  accepted: { status: 'pending', actions: ['amend', 'cancel'] },
  validated: { status: 'processing', actions: ['amend', 'cancel'] },
  reserved: { status: 'processing', actions: ['cancel'] },
  authorised: { status: 'processing', actions: ['cancel'] },
  shipped: { status: 'processing', actions: ['cancel'] },
  captured: { status: 'processing', actions: ['cancel'] },
  completed: { status: 'completed', actions: ['delete'] },
  unwinding: { status: 'processing', actions: [] },
  cancelled: { status: 'cancelled', actions: ['delete'] },
} as const satisfies Record<string, { status: OrderStatus; actions: readonly OrderAction[] }>;

export type OrderStatus = 'pending' | 'processing' | 'completed' | 'cancelled';
export type OrderAction = 'amend' | 'cancel' | 'delete' | AttentionAction;
export type AttentionAction = 'retry' | 'mark_done' | 'give_up';
export type OrderStage = keyof typeof stages;

/** The stages on the way to completion, in order: the way of new orders, and that of orders from before it. */
export const ways = {
  inventory_first: ['accepted', 'validated', 'reserved', 'authorised', 'shipped', 'captured', 'completed'],
  payment_first: ['accepted', 'validated', 'authorised', 'reserved', 'shipped', 'captured', 'completed'],
} as const satisfies Record<string, readonly OrderStage[]>;

export type WayName = keyof typeof ways;
export type WayStage = (typeof ways)[WayName][number];

/** Whether an order that has come this far has reached a stage. */
export function hasReached(stage: WayStage, progress: WayStage, way: WayName): boolean {
  const stages: readonly WayStage[] = ways[way];
  return stages.indexOf(progress) >= stages.indexOf(stage);
}

/** The stage from which an order comes to this one. */
export function stageBefore(stage: Exclude<WayStage, 'accepted'>, way: WayName): WayStage {
  const stages: readonly WayStage[] = ways[way];
  return stages[stages.indexOf(stage) - 1]!;
}

/** Steps that act at a provider, where a person can do the same by hand. */
export const stepsByHand = [
  'authorise_payment',
  'arrange_shipping',
  'capture_payment',
  'void_payment',
  'refund_payment',
  'cancel_shipping',
] as const;

export type StepByHand = (typeof stepsByHand)[number];

export interface OrderState {
  stage: OrderStage;
  way: WayName;
  cancel_requested: boolean;
  attention: boolean;
  /** The step that is stuck, where attention is asked for; null when it is the whole workflow. */
  stuck_step: string | null;
  hidden: boolean;
}

/** What may be asked of an order now; clients and routes both go by this. */
export function allowedActions(order: OrderState): OrderAction[] {
  const actions: OrderAction[] = stages[order.stage].actions.filter((action) => !isPast(order, action));
  if (!order.attention) return actions;
  // What is being taken back is never given up: money and parcel may not stay where they are.
  const canGiveUp = actions.includes('cancel');
  actions.push('retry');
  if (isByHand(order.stuck_step)) actions.push('mark_done');
  if (canGiveUp) actions.push('give_up');
  return actions;
}

export function isByHand(step: string | null): step is StepByHand {
  return (stepsByHand as readonly (string | null)[]).includes(step);
}

/** Why an action is refused, for people; undefined where it is allowed. */
export function refusal(order: OrderState, action: OrderAction): string | undefined {
  if (allowedActions(order).includes(action)) return undefined;
  if (action === 'delete')
    return order.hidden ? 'It is deleted already.' : `The order has not ended; it is ${order.stage}.`;
  if (action !== 'cancel' && action !== 'amend') {
    return order.attention ? attentionRefusals[action](order) : 'The order asks for no attention.';
  }
  if (isEnded(order.stage)) return `The order is ${order.stage}.`;
  if (order.cancel_requested || order.stage === 'unwinding') return 'The order is being cancelled.';
  return `The order is ${order.stage}; its stock is set aside for the lines as they are.`;
}

const attentionRefusals: Record<AttentionAction, (order: OrderState) => string> = {
  retry: ({ stage }) => `The order is ${stage}.`,
  mark_done: ({ stuck_step }) =>
    stuck_step === null
      ? 'Its whole workflow is stuck; retry starts it anew.'
      : `Nobody can do ${stuck_step} by hand; retry it.`,
  give_up: ({ stuck_step }) =>
    'The order is being taken back already, which must come to its end' +
    (isByHand(stuck_step) ? `: do ${stuck_step} at the provider, then mark it done.` : ': retry it.'),
};

export function isEnded(stage: OrderStage): boolean {
  const { status } = stages[stage];
  return status === 'completed' || status === 'cancelled';
}

function isPast(order: OrderState, action: OrderAction): boolean {
  if (action === 'delete') return order.hidden;
  // Its total is being authorised already.
  if (action === 'amend' && order.stage === 'validated' && order.way === 'payment_first') return true;
  return order.cancel_requested;
}

export interface PricedLine {
  sku: string;
  quantity: number;
  /** In minor units. */
  unit_price: number;
}

/** Largest total of an order in minor units: the payment provider's limit of eight digits. */
export const TOTAL_AMOUNT_MAX = 99_999_999;

export function totalAmount(lines: readonly PricedLine[]): number {
  return lines.reduce((total, line) => total + line.quantity * line.unit_price, 0);
}
