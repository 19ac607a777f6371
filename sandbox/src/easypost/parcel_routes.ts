import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { problem } from '../problem.ts';
import { isMove, type Move, moves } from './moves.ts';
import { toShipment, toTracker } from './shipment.ts';
import { findShipment } from './shipments.ts';
import { MOVE_SHIPMENT, SETTLE_PARCEL_REFUND } from './statements.ts';
import type { WebhookSender } from './webhook_sender.ts';

/** Moves parcels on order, and tells those who asked to be told. */
export function serveParcels(app: FastifyInstance, pool: pg.Pool, sender: WebhookSender): void {
  app.post<{ Params: { id: string } }>('/parcels/:id/tracking', async (request, reply) => {
    const status = (request.body as { status?: unknown } | undefined)?.status;
    if (!isMove(status)) {
      const errors = [{ field: 'status', message: `must be one of ${Object.keys(moves).join(', ')}` }];
      return problem(reply, 400, 'invalid_move', 'The move is not valid.', errors);
    }
    const row = await findShipment(pool, request.params.id);
    if (!row) return problem(reply, 404, 'parcel_not_found', 'There is no such parcel.');
    const moved = await move(pool, row.id, status);
    if (!moved) {
      const title = `Only a parcel that is bought, not refunded, and ${moves[status].from.join(' or ')} can be moved there.`;
      return problem(reply, 409, 'move_not_possible', title);
    }
    const { tracker, before } = moved;
    await sender.send('tracker.updated', tracker, { status: before });
    return tracker;
  });

  app.post<{ Params: { id: string } }>('/parcels/:id/refund', async (request, reply) => {
    const status = (request.body as { status?: unknown } | undefined)?.status;
    if (status !== 'refunded' && status !== 'rejected') {
      const errors = [{ field: 'status', message: 'must be one of refunded, rejected' }];
      return problem(reply, 400, 'invalid_status', 'The status is not valid.', errors);
    }
    const row = await findShipment(pool, request.params.id);
    const { rows } = await pool.query(SETTLE_PARCEL_REFUND, [row?.id, Date.now(), status]);
    if (rows[0]) return toShipment(rows[0].row);
    return problem(
      reply,
      409,
      'refund_not_submitted',
      'There is no such parcel, or no refund that is submitted.',
    );
  });
}

async function move(pool: pg.Pool, id: string, status: Move) {
  const scan = { status, at_ms: Date.now() };
  const { rows } = await pool.query(MOVE_SHIPMENT, [id, JSON.stringify([scan]), moves[status].from]);
  if (!rows[0]) return undefined;
  return { tracker: toTracker(rows[0].row), before: rows[0].row.scans.at(-2)?.status ?? 'pre_transit' };
}
