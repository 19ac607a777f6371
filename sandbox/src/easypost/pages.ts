import { idFloor, idTail } from '../ids.ts';
import type { Database } from '../operation.ts';
import { unprocessable } from './errors.ts';
import type { ShipmentRow } from './shipment.ts';
import { LIST_SHIPMENTS, LIST_SHIPMENTS_AFTER } from './statements.ts';

/**
 * One page, the newest first; `before_id` leads to the older, `after_id` to the newer ones. Unbought
 * shipments are left out unless `purchased=false`. https://docs.easypost.com/docs/pagination
 */
export async function listShipments(
  pool: Database,
  query: Record<string, unknown>,
  prefix: 'shp_' | 'trk_',
): Promise<{ rows: ShipmentRow[]; has_more: boolean }> {
  const size = readSize(query.page_size);
  const { after_id, before_id } = query;
  const below = lower(
    readId(before_id, 'before_id', prefix) ?? '~',
    readTime(query.end_datetime, 'end_datetime') ?? '~',
  );
  const above = higher(
    readId(after_id, 'after_id', prefix) ?? '',
    readTime(query.start_datetime, 'start_datetime') ?? '',
  );
  const unbought = prefix === 'shp_' && query.purchased === 'false';
  const forward = after_id !== undefined;

  const statement = forward ? LIST_SHIPMENTS_AFTER : LIST_SHIPMENTS;
  const result = await pool.query(statement, [below, above, unbought, size + 1]);
  const rows: ShipmentRow[] = result.rows.slice(0, size).map(({ row }) => row);
  return { rows: forward ? rows.reverse() : rows, has_more: result.rows.length > size };
}

const PAGE_SIZE_DEFAULT = 20;
const PAGE_SIZE_MAX = 100;

function readSize(value: unknown): number {
  if (value === undefined || value === '') return PAGE_SIZE_DEFAULT;
  const size = Number(value);
  if (Number.isInteger(size) && size > 0) return Math.min(size, PAGE_SIZE_MAX);
  throw badParameter('page_size', 'must be a positive integer');
}

/** A tracker bears its shipment's id behind another prefix. */
function readId(value: unknown, name: string, prefix: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || !value.startsWith(prefix))
    throw badParameter(name, `must begin with ${prefix}`);
  return `shp_${idTail(value)}`;
}

function readTime(value: unknown, name: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  const at_ms = Date.parse(String(value));
  if (Number.isNaN(at_ms)) throw badParameter(name, 'must be an ISO 8601 time');
  return idFloor('shp_', at_ms);
}

function lower(a: string, b: string): string {
  return a < b ? a : b;
}

function higher(a: string, b: string): string {
  return a > b ? a : b;
}

function badParameter(field: string, message: string) {
  return unprocessable('PARAMETER.INVALID', 'One or more parameters were invalid.', [{ field, message }]);
}
