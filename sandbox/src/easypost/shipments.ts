import { type Answer, ok } from '../answer.ts';
import type { Call, Database, Operation } from '../operation.ts';
import { notFound, unprocessable } from './errors.ts';
import { readNewShipment } from './new_shipment.ts';
import { listShipments } from './pages.ts';
import { rateIndexOf } from './rates.ts';
import { isRefunded, type ShipmentRow, toShipment } from './shipment.ts';
import {
  BUY_SHIPMENT,
  CREATE_SHIPMENT,
  FIND_SHIPMENT,
  FIND_SHIPMENT_BY_REFERENCE,
  REFUND_SHIPMENT,
} from './statements.ts';

/** Rating a parcel, buying its postage, giving the postage back. https://docs.easypost.com/docs/shipments */
export function shipmentOperations(pool: Database): Operation[] {
  const url = '/shipments';
  const findOrderId = async (call: Call) =>
    (await findShipment(pool, call.params.id!))?.reference ?? undefined;
  return [
    {
      name: 'shipments.create',
      method: 'POST',
      url,
      act: (call) => create(pool, call),
      findOrderId: async (call) => call.body?.shipment?.reference,
    },
    {
      name: 'shipments.list',
      method: 'GET',
      url,
      act: (call) => list(pool, call),
      findOrderId: async () => undefined,
    },
    {
      name: 'shipments.retrieve',
      method: 'GET',
      url: `${url}/:id`,
      act: (call) => retrieve(pool, call),
      findOrderId,
    },
    {
      name: 'shipments.buy',
      method: 'POST',
      url: `${url}/:id/buy`,
      act: (call) => buy(pool, call),
      findOrderId,
    },
    {
      name: 'shipments.refund',
      method: 'POST',
      url: `${url}/:id/refund`,
      act: (call) => refund(pool, call),
      findOrderId,
    },
  ];
}

async function create(pool: Database, call: Call): Promise<Answer> {
  const row = readNewShipment(call.body);
  await pool.query(CREATE_SHIPMENT, [row]);
  return ok(toShipment(row), 201);
}

async function list(pool: Database, call: Call): Promise<Answer> {
  const { rows, has_more } = await listShipments(pool, call.query, 'shp_');
  return ok({ shipments: rows.map(toShipment), has_more });
}

async function retrieve(pool: Database, call: Call): Promise<Answer> {
  const row = await findShipment(pool, call.params.id!);
  if (!row) throw notFound();
  return ok(toShipment(row));
}

async function buy(pool: Database, call: Call): Promise<Answer> {
  const id = call.params.id!;
  const rate_id = call.body?.rate?.id;
  if (typeof rate_id !== 'string') {
    throw unprocessable('SHIPMENT.MISSING_RATE', 'Missing required parameter: rate', [
      { field: 'rate', message: 'Missing required parameter.' },
    ]);
  }
  const rate_index = rateIndexOf(id, rate_id);
  if (rate_index !== undefined) {
    if (call.instead) {
      const row = await findShipment(pool, id);
      if (row?.bought_ms === null) return ok(toShipment(row));
    }
    const { rows } = await pool.query(BUY_SHIPMENT, [id, rate_index, Date.now()]);
    if (rows[0]) return ok(toShipment(rows[0].row));
  }

  const row = await findShipment(pool, id);
  if (!row) throw notFound();
  if (row.bought_ms !== null)
    throw unprocessable('SHIPMENT.POSTAGE.EXISTS', 'Postage already exists for this shipment.');
  throw unprocessable('SHIPMENT.RATES.UNAVAILABLE', 'The rate does not belong to this shipment.', [
    { field: 'rate.id', message: 'is not one of the rates of this shipment' },
  ]);
}

async function refund(pool: Database, call: Call): Promise<Answer> {
  const id = call.params.id!;
  if (call.instead?.outcome === 'unchanged') {
    const row = await findShipment(pool, id);
    if (row?.bought_ms && !isRefunded(row)) return ok(toShipment(row));
  }
  const { rows } = await pool.query(REFUND_SHIPMENT, [id, Date.now(), call.instead?.outcome ?? 'submitted']);
  if (rows[0]) return ok(toShipment(rows[0].row));

  const row = await findShipment(pool, id);
  if (!row) throw notFound();
  throw unprocessable(
    'SHIPMENT.REFUND.UNAVAILABLE',
    row.bought_ms === null
      ? 'Unable to request refund. No postage has been purchased for this shipment.'
      : 'Unable to request refund. A refund has already been requested for this shipment.',
  );
}

/** EasyPost takes the id or the reference. */
export async function findShipment(pool: Database, id: string): Promise<ShipmentRow | undefined> {
  const statement = id.startsWith('shp_') ? FIND_SHIPMENT : FIND_SHIPMENT_BY_REFERENCE;
  const { rows } = await pool.query(statement, [id]);
  return rows[0]?.row;
}
