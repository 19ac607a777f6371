import { readCursor, toPage } from '@oms/kit/http/paging.ts';
import { readConditions, toEtag, toParameters, versionMismatch } from '@oms/kit/http/versions.ts';
import type pg from 'pg';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import type { Product, Stock } from '../generated/contract/types.gen.ts';
import { once, sendAnswer, toRequest } from '../idempotency/idempotency.ts';
import { notFound, orderProblem } from '../orders/errors.ts';
import type { Catalogue } from './catalogue.ts';
import {
  findProduct,
  findStock,
  type IFindProductResult,
  type IFindStockResult,
  listProducts,
  putProduct,
  receiveStock,
} from './inventory.queries.ts';

type Operations = 'listProducts' | 'getProduct' | 'putProduct' | 'getStock' | 'receiveStock';

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
      const page = toPage(request, reply, rows, limit, (row) => row.sku);
      return reply.code(200).send(page.map((row) => ({ ...toProduct(row), stock: toStock(row) })));
    },

    async getProduct(request, reply) {
      const { sku } = request.params;
      const [row] = await findProduct.run({ sku }, pool);
      if (!row) throw notFound(`product ${sku}`);
      return reply.header('etag', toEtag(row)).code(200).send(toProduct(row));
    },

    async putProduct(request, reply) {
      const { sku } = request.params;
      const conditions = toParameters(readConditions(request.headers));
      const [row] = await putProduct.run({ sku, ...request.body, ...conditions }, pool);
      if (!row) throw versionMismatch();
      catalogue.forget([sku]);
      return reply
        .header('etag', toEtag(row))
        .code(row.created ? 201 : 200)
        .send(toProduct(row));
    },

    async getStock(request, reply) {
      const { sku } = request.params;
      const [row] = await findStock.run({ sku }, pool);
      if (!row) throw notFound(`product ${sku}`);
      return reply.header('etag', toEtag(row)).code(200).send(toStock(row));
    },

    async receiveStock(request, reply) {
      const { sku } = request.params;
      const answer = await once(pool, toRequest('receiveStock', request), async (client) => {
        const row = await receive(client, sku, request.body.quantity);
        return { status: 201, etag: toEtag(row), body: JSON.stringify(toStock(row)) };
      });
      return sendAnswer(reply, answer);
    },
  };
}

async function receive(client: pg.PoolClient, sku: string, quantity: number): Promise<IFindStockResult> {
  try {
    const [row] = await receiveStock.run({ sku, quantity }, client);
    if (!row) throw notFound(`product ${sku}`);
    return row;
  } catch (error) {
    // 22003: numeric value out of range
    if ((error as { code?: string }).code !== '22003') throw error;
    throw orderProblem('stock_limit_exceeded', {
      detail: 'A product holds at most 2,147,483,647 pieces in all.',
    });
  }
}

function toProduct(row: IFindProductResult): Product {
  const { sku, name, unit_price, currency } = row;
  const [created_at, updated_at] = [row.created_at.toISOString(), row.updated_at.toISOString()];
  return { sku, name, unit_price, currency, created_at, updated_at };
}

function toStock({ received, on_hand, reserved, sold }: Omit<IFindStockResult, 'version'>): Stock {
  return { received, on_hand, reserved, available: on_hand - reserved, sold };
}
