import type { Order } from '../generated/contract/types.gen.ts';
import type { Invoice } from './invoices.ts';

/** What became of the orders. */
export interface Outcome {
  placed: number;
  completed: number;
  /** How many were cancelled, by the reason's code. */
  cancelled: Map<string, number>;
  asking_for_attention: number;
  on_their_way: number;
  units_sold: number;
  /** In pence. */
  captured_amount: number;
}

export function summarise(orders: readonly Order[]): Outcome {
  const completed = orders.filter((order) => order.status === 'completed');
  const cancelled = orders.filter((order) => order.status === 'cancelled');
  const open = orders.filter((order) => order.ended_at === null);
  return {
    placed: orders.length,
    completed: completed.length,
    cancelled: countBy(cancelled, (order) => order.cancellation?.code ?? 'unknown'),
    asking_for_attention: open.filter((order) => order.attention !== null).length,
    on_their_way: open.filter((order) => order.attention === null).length,
    units_sold: sum(completed.flatMap((order) => order.lines.map((line) => line.quantity))),
    captured_amount: sum(
      orders.map((order) => (order.payment?.captured_amount ?? 0) - (order.payment?.refunded_amount ?? 0)),
    ),
  };
}

/** How an order differs from its invoice, for people; undefined when it does not. */
export function differenceFrom(invoice: Invoice, order: Order): string | undefined {
  if (order.total_amount !== invoice.total_amount) {
    return `the order's total is ${order.total_amount}, the invoice's ${invoice.total_amount}`;
  }
  if (order.lines.length !== invoice.lines.length) {
    return `the order has ${order.lines.length} lines, the invoice ${invoice.lines.length}`;
  }
  const captured = (order.payment?.captured_amount ?? 0) - (order.payment?.refunded_amount ?? 0);
  if (order.status === 'completed' && captured !== invoice.total_amount) {
    return `the order is completed, but ${captured} was taken instead of ${invoice.total_amount}`;
  }
  if (order.status === 'cancelled' && captured !== 0) {
    return `the order is cancelled, but ${captured} was kept`;
  }
  return undefined;
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, number> {
  return new Map([...Map.groupBy(items, keyOf)].map(([key, same]) => [key, same.length]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
