import { StepError } from '../errors.ts';
import type { Offence } from '../verify/report.ts';
import { type Books, differences, type Keepers, readBooks } from './books.ts';
import type { Finding } from './finding.ts';
import { after, type Repair, safeRepairs } from './repairs.ts';
import type { State } from './state.ts';

/** Giving back first, then writing down what came of it; once more, should something have come between. */
const ROUNDS_MAX = 3;

/**
 * Looks at an order whose books seemed to differ, record by record, and keeps what is wrong with it; where
 * asked, it mends what can be mended safely. What seemed wrong only for a moment is passed over.
 * @throws StepError when a provider cannot be asked
 */
export async function examine(
  keepers: Keepers,
  state: State,
  order_id: string,
  { repair }: { repair: boolean },
): Promise<void> {
  const named = {
    payment_ids: state.payments(order_id).map(({ id }) => id),
    parcel_ids: state.parcels(order_id).map(({ id }) => id),
  };
  const read = () => readBooks(keepers, order_id, named);
  const books = await read();
  const findings = toFindings(books);
  // Of a run that was interrupted here: what is gone by now was mended by it.
  const begun = state.findingsOf(order_id).filter(({ status }) => status === 'begun');
  const mended = begun.filter((one) => !findings.some((finding) => isSame(one, finding)));
  const fixable = findings.filter(({ status }) => status === 'repairable');
  if (!repair || fixable.length === 0) return keep(state, [...findings, ...mended.map(asRepaired)]);

  keep(state, [...findings.filter(({ status }) => status === 'open'), ...fixable.map(asBegun)]);
  const failure = await mend(keepers, books, read);
  const left = differences(await read());
  const outcomes = fixable.map((finding): Finding => {
    if (!left.some(({ kind }) => kind === finding.kind)) return asRepaired(finding);
    return { ...finding, status: 'failed', failure: failure ?? 'It is still there after the repair.' };
  });
  keep(state, [...outcomes, ...mended.map(asRepaired)]);
}

function toFindings(books: Books): Finding[] {
  const repairs = safeRepairs(books);
  const then = differences(after(books, repairs));
  return differences(books).map((offence) => {
    if (then.some(({ kind }) => kind === offence.kind)) return { ...offence, status: 'open' };
    return { ...offence, status: 'repairable', repair: describe(repairs, offence) };
  });
}

/** What mends an offence: what is for its kind, or whatever else makes it go away. */
function describe(repairs: Repair[], { kind }: Offence): string {
  const own = repairs.filter(({ mends }) => mends.includes(kind));
  return (own.length > 0 ? own : repairs).map(({ says }) => says).join(' ');
}

/** @returns why it could not all be done */
async function mend(keepers: Keepers, first: Books, read: () => Promise<Books>): Promise<string | undefined> {
  let books = first;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const repairs = safeRepairs(books);
    const acts = repairs.filter(({ is_act }) => is_act);
    try {
      for (const repair of acts.length > 0 ? acts : repairs) await repair.run(keepers);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      return error.detail;
    }
    if (acts.length === 0) return undefined;
    books = await read();
  }
  return undefined;
}

function keep(state: State, findings: Finding[]): void {
  state.transaction(() => {
    for (const finding of findings) state.keepFinding(finding);
  });
}

function isSame(one: Offence, other: Offence): boolean {
  return one.kind === other.kind && one.subject === other.subject;
}

function asBegun(finding: Finding): Finding {
  return { ...finding, status: 'begun' };
}

function asRepaired(finding: Finding): Finding {
  return { ...finding, status: 'repaired' };
}
