import { readCursor, toPage } from '@oms/kit/http/paging.ts';
import { readIfMatch, toEtag, versionMismatch } from '@oms/kit/http/versions.ts';
import type pg from 'pg';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import type { Product } from '../generated/contract/types.gen.ts';
import { once, sendAnswer } from '../idempotency/idempotency.ts';
import { notFound, orderProblem } from '../orders/errors.ts';
import type { Catalogue } from './catalogue.ts';
import {
  findProduct,
  type IFindProductResult,
  listProducts,
  putProduct,
  receiveStock,
} from './inventory.queries.ts';

type Operations = 'listProducts' | 'getProduct' | 'putProduct' | 'receiveStock';

export interface InventoryRoutesContext {
  pool: pg.Pool;
  catalogue: Catalogue;
}

const SKU = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function inventoryRoutes({
  pool,
  catalogue,
}: InventoryRoutesContext): Pick<RouteHandlers, Operations> {
  return {
    async listProducts(request, reply) {
      const { limit = 50, cursor } = request.query ?? {};
      const rows = await listProducts.run({ after: readCursor(cursor, SKU) ?? '', limit: limit + 1 }, pool);
      return reply.code(200).send(toPage(request, reply, rows, limit, (row) => row.sku).map(toProduct));
    },

    async getProduct(request, reply) {
      const { sku } = request.params;
      const [row] = await findProduct.run({ sku }, pool);
      if (!row) throw notFound(`product ${sku}`);
      return reply.header('etag', toEtag(row)).code(200).send(toProduct(row));
    },

    async putProduct(request, reply) {
      const { sku } = request.params;
      const wanted = readIfMatch(request.headers?.['if-match'] as string | undefined);
      const condition = { if_version: wanted === '*' ? null : wanted, must_exist: wanted === '*' };
      const [row] = await putProduct.run({ sku, ...condition, ...request.body }, pool);
      if (!row) throw versionMismatch();
      catalogue.forget([sku]);
      return reply
        .header('etag', toEtag(row))
        .code(row.created ? 201 : 200)
        .send(toProduct(row));
    },

    async receiveStock(request, reply) {
      const { sku } = request.params;
      const { quantity } = request.body;
      const key = request.headers['idempotency-key'] as string;
      const answer = await once(
        pool,
        { operation: 'receiveStock', key, content: { sku, quantity } },
        async (client) => {
          const received = await receive(client, sku, quantity);
          return { status: 201, etag: toEtag(received), body: JSON.stringify(toProduct(received)) };
        },
      );
      return sendAnswer(reply, answer);
    },
  };
}

async function receive(client: pg.PoolClient, sku: string, quantity: number): Promise<IFindProductResult> {
  try {
    await receiveStock.run({ sku, quantity }, client);
  } catch (error) {
    // 22003: numeric value out of range
    if ((error as { code?: string }).code !== '22003') throw error;
    throw orderProblem('stock_limit_exceeded', {
      detail: 'A product holds at most 2,147,483,647 pieces in all.',
    });
  }
  const [row] = await findProduct.run({ sku }, client);
  if (!row) throw notFound(`product ${sku}`);
  return row;
}

function toProduct(row: IFindProductResult): Product {
  const { sku, name, unit_price, currency, received, on_hand, reserved, sold } = row;
  return {
    sku,
    name,
    unit_price,
    currency,
    stock: { received, on_hand, reserved, available: on_hand - reserved, sold },
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
