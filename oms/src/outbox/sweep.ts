import type pg from 'pg';
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import { forgetOldKeys } from '../idempotency/idempotency.queries.ts';
import { findExpired, releaseStock } from '../inventory/inventory.queries.ts';
import { askForAttention, requestCancel } from '../orders/orders.queries.ts';
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

const BATCH_MAX = 200;
/** An order that has not moved for this long is looked after; far above any step's own time. */
const STALLED_AFTER_MS = 5 * 60 * 1000;
/** The engine's records of ended orders are for looking into what went wrong lately; the timeline stays. */
const WORKFLOWS_KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** So much at a time, for as long as there is more. */
const FORGET_MAX = 2_000;
const EXPIRED = { code: 'reservation_expired', detail: 'The stock was set aside for too long.' };

/**
 * Finds what crashes and defects left behind and puts it back on its way: orders whose workflow is gone,
 * reservations past their time, old idempotency keys. Safe to run at any time, by several at once.
 */
export async function sweep(
  context: SweepContext,
  stalled_after_ms = STALLED_AFTER_MS,
): Promise<SweepResult> {
  const stalled = await reviveStalled(context, stalled_after_ms);
  const reservations_expired = await expireReservations(context);
  const keys_forgotten = await whileFull(
    async () => (await forgetOldKeys.run({ limit: FORGET_MAX }, context.pool)).length,
  );
  const workflows_forgotten = await whileFull(() => context.engine.forget(WORKFLOWS_KEPT_MS, FORGET_MAX));
  return { ...stalled, reservations_expired, keys_forgotten, workflows_forgotten };
}

async function whileFull(forget: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await forget();
    total += count;
    if (count < FORGET_MAX) return total;
  }
}

async function reviveStalled({ pool, engine, logger, onOutbox }: SweepContext, older_than_ms: number) {
  const result = { restarted: 0, asked_for_attention: 0 };
  let after = '';
  for (;;) {
    const rows = await findStalled.run({ after, older_than_ms, limit: BATCH_MAX }, pool);
    for (const { id } of rows) {
      const { state } = await engine.describe(workflowId(id));
      if (state === 'missing') {
        await enqueueRestart.run({ order_id: id }, pool);
        result.restarted++;
        logger.warn({ order_id: id }, 'the workflow was missing and is started again');
      } else if (state !== 'running') {
        const detail = `The order's workflow is ${state}, yet the order has not ended.`;
        const asked = await askForAttention.run({ id, code: 'step_failed', detail }, pool);
        result.asked_for_attention += asked.length;
      }
    }
    if (rows.length < BATCH_MAX) break;
    after = rows.at(-1)!.id;
  }
  if (result.restarted > 0) onOutbox();
  return result;
}

/** An order that still lives is cancelled by its own workflow; of one that has ended the stock is set free here. */
async function expireReservations({ pool, logger, onOutbox }: SweepContext): Promise<number> {
  const expired = await findExpired.run({ limit: BATCH_MAX }, pool);
  for (const { order_id, ended } of expired) {
    if (ended) {
      await releaseStock.run({ order_id }, pool);
      logger.warn({ order_id }, 'stock was still set aside for an order that has ended; it is free again');
    } else await requestCancel.run({ id: order_id, ...EXPIRED }, pool);
  }
  if (expired.length > 0) onOutbox();
  return expired.length;
}
