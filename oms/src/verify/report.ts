import { type OffenceKind, offences } from './offences.ts';

/** Something that breaks an invariant. */
export interface Offence {
  kind: OffenceKind;
  /** What it is about: an order's id, a SKU, an idempotency key, or a provider's id. */
  subject: string;
  /** What is wrong, for people. */
  detail: string;
}

export type InvariantNumber = 1 | 2 | 3 | 4 | 5 | 6;

/** What was looked at, and how much of it. */
export type Checked = Record<InvariantNumber, string>;

export interface InvariantReport {
  number: InvariantNumber;
  invariant: string;
  checked: string;
  offences_count: number;
  /** Whether there may be more than were counted: a check stops at a thousand. */
  is_cut: boolean;
}

export type ListedOffence = Offence & { invariant: InvariantNumber; advice: string };

export interface Report {
  ok: boolean;
  checked_at: string;
  orders: { completed: number; cancelled: number; in_flight: number; attention: number };
  invariants: InvariantReport[];
  /** The first of each invariant. */
  offences: ListedOffence[];
}

const invariants: Record<InvariantNumber, string> = {
  1: 'every order ends, or waits for something',
  2: 'money: taken once, or not at all',
  3: 'stock adds up',
  4: 'parcels: one, or none',
  5: 'events without a gap',
  6: 'one key, one order',
};

export const LISTED_MAX = 20;

export interface Looked {
  checked: Checked;
  orders: Report['orders'];
  cut: ReadonlySet<InvariantNumber>;
}

export function toReport(found: Offence[], { checked, orders, cut }: Looked, checked_at: Date): Report {
  const listed: ListedOffence[] = [];
  const reports = Object.entries(invariants).map(([text, invariant]): InvariantReport => {
    const number = Number(text) as InvariantNumber;
    const own = found.filter(({ kind }) => offences[kind].invariant === number);
    for (const offence of own.slice(0, LISTED_MAX)) listed.push({ ...offence, ...offences[offence.kind] });
    const offences_count = own.length;
    const is_cut = offences_count > 0 && cut.has(number);
    return { number, invariant, checked: checked[number], offences_count, is_cut };
  });
  const ok = found.length === 0;
  return { ok, checked_at: checked_at.toISOString(), orders, invariants: reports, offences: listed };
}

/** The report as a table, and below it the offenders. */
export function render(report: Report): string {
  const rows = report.invariants.map(({ number, invariant, checked, offences_count, is_cut }) => [
    String(number),
    invariant,
    checked,
    offences_count === 0 ? 'holds' : `${count(offences_count, is_cut)} offending`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  for (const { number, offences_count, is_cut } of report.invariants) {
    const listed = report.offences.filter(({ invariant }) => invariant === number);
    if (listed.length > 0) lines.push('', `Invariant ${number}:`);
    for (const { subject, detail, advice } of listed)
      lines.push(`  ${subject}  ${detail}`, `      ${advice}`);
    if (offences_count > listed.length)
      lines.push(`  and ${count(offences_count - listed.length, is_cut)} more`);
  }
  const { completed, cancelled, in_flight, attention } = report.orders;
  const waiting = `${in_flight} in flight, ${attention} waiting for attention`;
  lines.push('', `Orders: ${completed} completed, ${cancelled} cancelled, ${waiting}.`);
  lines.push(report.ok ? 'All invariants hold.' : 'Invariants are broken.');
  return lines.join('\n');
}

function count(number: number, is_least: boolean): string {
  return `${is_least ? 'at least ' : ''}${number.toLocaleString('en')}`;
}
