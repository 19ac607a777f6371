import { toTrace, traceFields } from '@oms/kit/trace/trace.ts';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import { forgetOldKeys } from '../idempotency/idempotency.queries.ts';
import { findExpired, releaseStock } from '../inventory/inventory.queries.ts';
import { askForAttention } from '../orders/attention.queries.ts';
import { findOrder, requestCancel } from '../orders/orders.queries.ts';
import { enqueueRestart, findStalled } from './outbox.queries.ts';
import { workflowId } from './relay.ts';

export interface SweepContext {
  pool: pg.Pool;
  engine: Engine;
  logger: Logger;
  /** Called when something has been put into the outbox. */
  onOutbox: () => void;
}

export interface SweepResult {
  restarted: number;
  asked_for_attention: number;
  reservations_expired: number;
  keys_forgotten: number;
  workflows_forgotten: number;
}

const INTERVAL_MS = 30_000;
/** Workers that were started together sweep at different times. */
const JITTER = 0.25;
/** So many orders are looked after in a round; the next goes on with the others. */
const STALLED_MAX = 500;
const EXPIRED_MAX = 200;
/** An order that has not moved for this long is looked after; far above any step's own time. */
const STALLED_AFTER_MS = 5 * 60 * 1000;
/** The engine's records of ended orders are for looking into what went wrong lately; the timeline stays. */
const WORKFLOWS_KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** So much at a time, and so many times in a round for as long as there is more. */
const FORGET_MAX = 2_000;
const FORGET_TIMES_MAX = 10;
const EXPIRED = { code: 'reservation_expired', detail: 'The stock was set aside for too long.' };

/**
 * Finds what crashes and defects left behind and puts it back on its way: orders whose workflow is gone,
 * reservations past their time, old idempotency keys. Safe to run at any time, by several at once. Each round is
 * bounded, however much there is to do, so that it takes nothing from the orders at work.
 */
export class Sweeper {
  readonly #context: SweepContext;
  /** The last order that was looked after; a round goes on behind it. */
  #after = '';
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> | undefined;

  constructor(context: SweepContext) {
    this.#context = context;
  }

  start(): void {
    const delay_ms = INTERVAL_MS * (1 + JITTER * (2 * Math.random() - 1));
    this.#timer = setTimeout(() => {
      this.#running = this.sweep()
        .catch((error) => this.#context.logger.error({ err: error }, 'the sweep failed'))
        .then(() => this.#timer && this.start());
    }, delay_ms);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /** One round. */
  async sweep(stalled_after_ms = STALLED_AFTER_MS): Promise<SweepResult> {
    const { pool, engine } = this.#context;
    const stalled = await this.#reviveStalled(stalled_after_ms);
    const reservations_expired = await expireReservations(this.#context);
    const keys_forgotten = await whileFull(
      async () => (await forgetOldKeys.run({ limit: FORGET_MAX }, pool)).length,
    );
    const workflows_forgotten = await whileFull(() => engine.forget(WORKFLOWS_KEPT_MS, FORGET_MAX));
    return { ...stalled, reservations_expired, keys_forgotten, workflows_forgotten };
  }

  async #reviveStalled(older_than_ms: number) {
    const { pool, onOutbox } = this.#context;
    const result = { restarted: 0, asked_for_attention: 0 };
    const rows = await findStalled.run({ after: this.#after, older_than_ms, limit: STALLED_MAX }, pool);
    this.#after = rows.length < STALLED_MAX ? '' : rows.at(-1)!.id;
    for (const { id } of rows) {
      const revived = await revive(this.#context, id);
      if (revived) result[revived]++;
    }
    if (result.restarted > 0) onOutbox();
    return result;
  }
}

async function whileFull(forget: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let times = 0; times < FORGET_TIMES_MAX; times++) {
    const count = await forget();
    total += count;
    if (count < FORGET_MAX) break;
  }
  return total;
}

/** @returns what it did, if the order's workflow does not run */
async function revive(
  { pool, engine, logger }: SweepContext,
  id: string,
): Promise<'restarted' | 'asked_for_attention' | undefined> {
  const { state } = await engine.describe(workflowId(id));
  if (state === 'running') return undefined;
  if (state === 'missing') {
    await enqueueRestart.run({ order_id: id }, pool);
    logger.warn({ order_id: id }, 'the workflow was missing and is started again');
    return 'restarted';
  }
  const detail = `The order's workflow is ${state}, yet the order has not ended.`;
  const asked = await askForAttention.run({ id, code: 'step_failed', detail }, pool);
  if (asked.length === 0) return undefined;
  const [order] = await findOrder.run({ id }, pool);
  const trace = toTrace(order);
  logger.warn(
    { ...(trace && traceFields(trace)), order_id: id, code: 'step_failed', step: null },
    'order requires attention',
  );
  return 'asked_for_attention';
}

/** An order that still lives is cancelled by its own workflow; of one that has ended the stock is set free here. */
async function expireReservations({ pool, logger, onOutbox }: SweepContext): Promise<number> {
  const expired = await findExpired.run({ limit: EXPIRED_MAX }, pool);
  for (const { order_id, ended } of expired) {
    if (ended) {
      await releaseStock.run({ order_id }, pool);
      logger.warn({ order_id }, 'stock was still set aside for an order that has ended; it is free again');
    } else await requestCancel.run({ id: order_id, ...EXPIRED }, pool);
  }
  if (expired.length > 0) onOutbox();
  return expired.length;
}
