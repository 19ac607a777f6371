import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { Screen } from '@oms/kit/main/screen.ts';
import { OperatorError } from '@oms/kit/operator_error.ts';
import { CURRENCY } from '../play/invoices.ts';
import type { Outcome } from '../play/outcome.ts';
import { isShopEmpty, PlayError, type PlayOptions, play } from '../play/play.ts';

const MARK = `The sample orders are being played, or the play was interrupted and goes on at the next start.
Delete this file to leave it as it is.
`;

/**
 * Plays the sample orders when the shop is new, or goes on with a play that was interrupted: then its mark
 * is still there.
 */
export async function playOnce(
  mark: string,
  screen: Screen,
  options: Omit<PlayOptions, 'show'>,
): Promise<void> {
  const isInterrupted = existsSync(mark);
  if (!isInterrupted && !(await isShopEmpty(options))) return;
  writeFileSync(mark, MARK);
  screen.title(
    isInterrupted
      ? 'Going on with the sample orders'
      : `Playing two days of a real shop: ${options.invoices.length} orders of December 2010, through the API`,
  );
  const started_at = performance.now();
  const outcome = await play({ ...options, show: screen.stage }).catch((error) => {
    throw error instanceof PlayError
      ? new OperatorError(`${error.message}\n${ADVICE}`, { cause: error })
      : error;
  });
  rmSync(mark);
  show(outcome, (performance.now() - started_at) / 1000, screen);
}

const ADVICE = `This is a defect. With ORDERPROCESSING_PLAY_ORDERS=false the service starts all the same,
and the orders can be looked at.`;

function show(outcome: Outcome, seconds: number, screen: Screen): void {
  const money = new Intl.NumberFormat('en-GB', { style: 'currency', currency: CURRENCY });
  const cancelled = outcome.placed - outcome.completed - outcome.asking_for_attention - outcome.on_their_way;
  const reasons = [...outcome.cancelled].map(([code, count]) => `${count} ${code}`).join(', ');
  const rows: [string, string][] = [
    ['Placed', `${outcome.placed} orders, each with its invoice's total`],
    ['Completed', String(outcome.completed)],
    ['Cancelled', reasons ? `${cancelled} (${reasons})` : String(cancelled)],
    ['Stock sold', `${outcome.units_sold.toLocaleString('en-GB')} pieces`],
    ['Captured', money.format(outcome.captured_amount / 100)],
    ['Took', `${seconds.toFixed(1)} s`],
  ];
  if (outcome.asking_for_attention) {
    rows.splice(3, 0, [
      'Attention',
      `${outcome.asking_for_attention} need a person: GET /api/v1/orders?attention=true`,
    ]);
  }
  if (outcome.on_their_way) rows.splice(3, 0, ['Under way', `${outcome.on_their_way}; they go on`]);
  screen.line();
  for (const [name, value] of rows) screen.row(name, value);
}
