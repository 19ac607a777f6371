import { type Answer, ok } from '../answer.ts';
import { idTail } from '../ids.ts';
import type { Call, Database, Operation } from '../operation.ts';
import { notFound } from './errors.ts';
import { listShipments } from './pages.ts';
import { type ShipmentRow, shipmentIdOfTrackingCode, toTracker } from './shipment.ts';
import { FIND_SHIPMENT } from './statements.ts';

/** Where parcels are. https://docs.easypost.com/docs/trackers */
export function trackerOperations(pool: Database): Operation[] {
  const findById = (call: Call) => findBought(pool, `shp_${idTail(call.params.id!)}`);
  return [
    {
      name: 'trackers.retrieve',
      method: 'GET',
      url: '/trackers/:id',
      findOrderId: async (call) => (await findById(call))?.reference ?? undefined,
      async act(call) {
        const row = await findById(call);
        if (!row) throw notFound();
        return ok(toTracker(row));
      },
    },
    {
      name: 'trackers.list',
      method: 'GET',
      url: '/trackers',
      findOrderId: async () => undefined,
      act: (call) => list(pool, call),
    },
  ];
}

async function list(pool: Database, { query }: Call): Promise<Answer> {
  if (typeof query.tracking_code === 'string') {
    const row = await findBought(pool, shipmentIdOfTrackingCode(query.tracking_code));
    return ok({ trackers: row ? [toTracker(row)] : [], has_more: false });
  }
  const { rows, has_more } = await listShipments(pool, query, 'trk_');
  return ok({ trackers: rows.map(toTracker), has_more });
}

async function findBought(pool: Database, shipment_id: string): Promise<ShipmentRow | undefined> {
  const { rows } = await pool.query(FIND_SHIPMENT, [shipment_id]);
  const row: ShipmentRow | undefined = rows[0]?.row;
  return row?.bought_ms === null ? undefined : row;
}
