import { describeFault } from './faults.ts';
import type { Shrunk } from './shrink.ts';
import type { Happening } from './world.ts';

const LINES_MAX = 160;

/** A failure as a person can read it: what is wrong, what is left after shrinking, and what happened. */
export function tell({ scenario, found, outcome, runs }: Shrunk): string {
  const { orders, faults, reservation_time_to_live_ms } = scenario;
  const { kind, invariant, order, detail } = found;
  const whose = order === undefined ? '' : `order ${order}: `;
  const lines = [
    `Invariant ${invariant}, ${kind}: ${whose}${detail}`,
    `Shrunk to ${count(orders.length, 'order')} and ${count(faults.length, 'fault')} in ${runs} runs; stock is set aside for ${reservation_time_to_live_ms} ms.`,
    ...faults.map((fault) => `  ${describeFault(fault)}`),
  ];
  const own = outcome.happenings.filter(
    (one) => one.order === order || one.order === undefined || isFault(one),
  );
  const told = withoutLulls(own);
  if (told.length > LINES_MAX) {
    const rest = told.splice(LINES_MAX / 2, told.length - LINES_MAX);
    told.splice(LINES_MAX / 2, 0, `   … ${rest.length} more …`);
  }
  return [...lines, 'What happened:', ...told].join('\n');
}

/** The relay's and the sweep's looks at nothing are left out. */
function withoutLulls(happenings: readonly Happening[]): string[] {
  return happenings
    .filter(({ order, text }) => order !== undefined || isTold(text))
    .map(({ at_ms, order, text }) => `  ${clock(at_ms)}  ${order === undefined ? '' : `[${order}] `}${text}`);
}

function isTold(text: string): boolean {
  return text.startsWith('✶') || text.startsWith('the service');
}

function isFault({ text }: Happening): boolean {
  return text.startsWith('✶');
}

function clock(at_ms: number): string {
  return `${(at_ms / 1000).toFixed(3)} s`.padStart(12);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
