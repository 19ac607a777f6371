import { offences } from '../verify/offences.ts';
import type { Finding } from './finding.ts';
import type { Compared } from './reconcile.ts';
import type { State } from './state.ts';

export interface Summary {
  /** Whether nothing is left that differs. */
  ok: boolean;
  started_at: string;
  finished_at: string;
  since: string | null;
  mode: 'list' | 'dry_run' | 'repair';
  compared: Compared;
  /** How many differences there are of each kind, by what became of them. */
  differences: ReturnType<State['tally']>;
}

/** How many of each kind are printed; the file has all. */
const LISTED_MAX = 20;

export function summarise(state: State, compared: Compared, mode: Summary['mode']): Summary {
  const run = state.run()!;
  const differences = state.tally();
  return {
    ok: differences.every(({ status }) => status === 'repaired'),
    started_at: run.started_at.toISOString(),
    finished_at: new Date().toISOString(),
    since: run.since?.toISOString() ?? null,
    mode,
    compared,
    differences,
  };
}

/** The whole report as JSON, in pieces. */
export function* toJson(summary: Summary, findings: Iterable<Finding>): Generator<string> {
  const head = JSON.stringify(summary, null, 2).replace(/\n\}$/, '');
  yield `${head},\n  "findings": [`;
  let separator = '\n';
  for (const finding of findings) {
    yield `${separator}    ${JSON.stringify({ ...finding, advice: adviceOn(finding) })}`;
    separator = ',\n';
  }
  yield '\n  ]\n}\n';
}

/** The report as a table, and below it the differences. */
export function* render(summary: Summary, findings: Iterable<Finding>): Generator<string> {
  yield '';
  if (summary.differences.length === 0) yield 'Nothing differs.';
  else yield* table(summary);
  let kind: string | undefined;
  let listed = 0;
  for (const finding of findings) {
    if (finding.kind !== kind) {
      kind = finding.kind;
      listed = 0;
      yield `\n${kind}:`;
    }
    if (++listed <= LISTED_MAX) yield `  ${finding.subject}  ${finding.detail}\n      ${outcomeOf(finding)}`;
    else if (listed === LISTED_MAX + 1) yield '  and more, which --json lists';
  }
  const { in_flight } = summary.compared;
  yield `\n${in_flight} orders have not ended and are not compared.`;
  yield conclude(summary);
}

function* table({ differences }: Summary): Generator<string> {
  const found = differences.map(({ kind, status, count }) => [kind, status, String(count)]);
  const rows = [['difference', 'outcome', 'count'], ...found];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const [kind, status, count] of rows) {
    yield `${kind!.padEnd(widths[0]!)}  ${status!.padEnd(widths[1]!)}  ${count!.padStart(7)}`;
  }
}

function outcomeOf(finding: Finding): string {
  const { status, repair, failure } = finding;
  if (status === 'repairable') return `Can be repaired: ${repair}`;
  if (status === 'repaired') return `Repaired: ${repair}`;
  if (status === 'failed') return `Not repaired: ${failure} ${repair}`;
  return adviceOn(finding) ?? '';
}

/** What a person can do about it. */
function adviceOn({ kind, status }: Finding): string | undefined {
  return status === 'open' || status === 'failed' ? offences[kind].advice : undefined;
}

function conclude({ ok, differences }: Summary): string {
  if (ok) return differences.length === 0 ? 'All agrees.' : 'All that differed is repaired.';
  const count = (status: Finding['status']) =>
    differences.reduce((sum, one) => sum + (one.status === status ? one.count : 0), 0);
  const repairable = count('repairable');
  const hint = repairable > 0 ? ` npm run reconcile -- --repair mends ${repairable} of them.` : '';
  const people = count('open') + count('failed');
  return `Left: ${repairable + people}, of which ${people} need a person.${hint}`;
}
