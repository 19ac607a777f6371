import { availableParallelism, loadavg } from 'node:os';
import type { Report as InvariantsReport } from '../oms/src/verify/report.ts';
import { render as renderInvariants } from '../oms/src/verify/report.ts';
import type { Drained } from './drain.ts';
import type { Complaint } from './load/book.ts';
import type { Recovery } from './recoveries.ts';

/** What a run came to, as `--json` writes it. */
export interface Report extends Drained {
  ok: boolean;
  engine: string;
  seed: number;
  minutes: number;
  workers: number;
  orders_per_second: number;
  /** Processors, and the machine's mean load over a minute, at the beginning and at the end. */
  machine: { cores: number; load_before: number; load_after: number };
  clients: {
    placed: number;
    accepted: number;
    refused: number;
    unanswered: number;
    repeated: number;
    cancels_asked: number;
    cancels_accepted: number;
    amendments_asked: number;
    amendments_accepted: number;
    keys_misused: number;
  };
  /** Tries that got no answer, and tries by answer. */
  tries: { lost: number; answered: Record<string, number> };
  faults: Record<string, number>;
  /** How often a process ended though nobody killed it. */
  falls: Record<string, number>;
  accepting_again: Record<string, Recovery>;
  completing_again: Record<string, Recovery>;
  complaints: Complaint[];
  invariants: InvariantsReport;
}

const COMPLAINTS_SHOWN = 20;

export function machineNow(): { cores: number; load: number } {
  return { cores: availableParallelism(), load: Number((loadavg()[0] ?? 0).toFixed(1)) };
}

export function render(report: Report): string {
  const { clients, tries, machine, attention, complaints } = report;
  const drained = report.drained_after_ms;
  const faults = Object.entries(report.faults);
  const fallen = Object.entries(report.falls).filter(([, count]) => count > 0);
  const rows: [string, string][] = [
    ['Run', `${report.engine}, ${report.minutes} min, seed ${report.seed}, workers ${report.workers}`],
    ['Machine', `${machine.cores} cores, load ${machine.load_before} before and ${machine.load_after} after`],
    ['Orders accepted', `${clients.accepted} of ${clients.placed} at ${report.orders_per_second}/s`],
    ['Orders refused, unanswered', `${clients.refused}, ${clients.unanswered}`],
    ['Also asked', `${clients.cancels_asked} cancellations (${clients.cancels_accepted} accepted), ` +
      `${clients.amendments_asked} amendments (${clients.amendments_accepted}), ${clients.repeated} repeats, ` +
      `${clients.keys_misused} keys misused`], // biome-ignore format: one row
    ['Answers lost', `${tries.lost} tries`],
    ['Answers', joined(Object.entries(tries.answered))],
    ['Faults', `${sum(faults)}: ${joined(faults)}`],
    ['Ended by themselves', fallen.length === 0 ? 'none' : joined(fallen)],
    ['Time to drain', drained === undefined ? 'NOT DRAINED' : seconds(drained)],
    [
      'Asked for attention',
      `${attention.length} orders, retried ${report.attention_retries} times${reasons(attention)}`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  lines.push(
    '',
    'After a            next order accepted: median, most    next order completed: median, most',
  );
  for (const kind of Object.keys(report.completing_again)) {
    const cells = [report.accepting_again[kind], report.completing_again[kind]].map(recovery);
    lines.push(
      `  ${kind.padEnd(15)}  ${cells
        .map((cell) => cell.padEnd(35))
        .join('  ')
        .trimEnd()}`,
    );
  }
  lines.push(
    '',
    `The clients' book: ${complaints.length === 0 ? 'agrees' : `${complaints.length} complaints`}`,
  );
  for (const { key, what } of complaints.slice(0, COMPLAINTS_SHOWN)) lines.push(`  ${key}  ${what}`);
  lines.push('', renderInvariants(report.invariants));
  return lines.join('\n');
}

function recovery(found: Recovery | undefined): string {
  if (!found || found.count === 0) return 'not seen';
  return `${seconds(found.median_ms)}, ${seconds(found.max_ms)} (of ${found.count})`;
}

function reasons(attention: Report['attention']): string {
  const counts = Map.groupBy(attention, ({ code }) => code);
  if (counts.size === 0) return '';
  return `: ${joined([...counts].map(([reason, orders]) => [reason, orders.length]))}`;
}

function joined(counts: [string, number][]): string {
  return counts.map(([name, count]) => `${name} ${count}`).join(', ');
}

function sum(counts: [string, number][]): number {
  return counts.reduce((total, [, count]) => total + count, 0);
}

function seconds(duration_ms: number): string {
  return `${(duration_ms / 1000).toFixed(1)} s`;
}
