import { readConditions, toEtag, toParameters, versionMismatch } from '@oms/kit/http/versions.ts';
import type pg from 'pg';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import type { Customer } from '../generated/contract/types.gen.ts';
import { notFound } from '../orders/errors.ts';
import { findCustomer, type IFindCustomerResult, putCustomer } from './customers.queries.ts';

export function customerRoutes({
  pool,
}: {
  pool: pg.Pool;
}): Pick<RouteHandlers, 'getCustomer' | 'putCustomer'> {
  return {
    async getCustomer(request, reply) {
      const id = request.params.customer_id;
      const [row] = await findCustomer.run({ id }, pool);
      if (!row) throw notFound(`customer ${id}`);
      return reply.header('etag', toEtag(row)).code(200).send(toCustomer(row));
    },

    async putCustomer(request, reply) {
      const conditions = toParameters(readConditions(request.headers));
      const { name, email } = request.body;
      const [row] = await putCustomer.run(
        { id: request.params.customer_id, name, email, ...conditions },
        pool,
      );
      if (!row) throw versionMismatch();
      return reply
        .header('etag', toEtag(row))
        .code(row.created ? 201 : 200)
        .send(toCustomer(row));
    },
  };
}

function toCustomer({ id, name, email, created_at, updated_at }: IFindCustomerResult): Customer {
  return { id, name, email, created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
}
