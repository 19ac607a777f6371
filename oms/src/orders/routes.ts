import { readCursor, toPage } from '@oms/kit/http/paging.ts';
import { traceOf } from '@oms/kit/http/request_trace.ts';
import { readTime } from '@oms/kit/http/time.ts';
import { readConditions, toEtag } from '@oms/kit/http/versions.ts';
import { unprepared } from '@oms/kit/postgres/transaction.ts';
import { inScope } from '@oms/kit/trace/scope.ts';
import type { IsTrusted } from '../callers.ts';
import type { RouteHandlers } from '../generated/contract/fastify.gen.ts';
import type { NewLines, Order } from '../generated/contract/types.gen.ts';
import { once, sendAnswer, toRequest } from '../idempotency/idempotency.ts';
import { type AcceptContext, accept } from './accept.ts';
import { type AttentionContext, mend } from './attention.ts';
import { plan } from './attention_plan.ts';
import { amend, hide, requestCancellation } from './changes.ts';
import { notFound, orderProblem } from './errors.ts';
import { firstOrderIdAt } from './identity.ts';
import { findOrder, listEvents, listOrders } from './orders.queries.ts';
import { toOrder, toSummary } from './representation.ts';

export interface OrderRoutesContext extends AcceptContext, AttentionContext {
  isTrusted: IsTrusted;
  /** Called when something has been put into the outbox. */
  onOutbox: () => void;
}

type Operations =
  | 'listOrders'
  | 'createOrder'
  | 'getOrder'
  | 'amendOrder'
  | 'deleteOrder'
  | 'cancelOrder'
  | 'resolveAttention'
  | 'listOrderEvents';

/** Above every order id. */
const LAST_ID = 'ord_~';
const ORDER_ID = /^ord_[0-9a-z]{26}$/;

export function orderRoutes(context: OrderRoutesContext): Pick<RouteHandlers, Operations> {
  const { pool, onOutbox } = context;

  async function read(id: string) {
    const [row] = await findOrder.run({ id }, pool);
    if (!row) throw notFound(`order ${id}`);
    return row;
  }

  function requireTrustForPrices(lines: NewLines, api_key: string | undefined): void {
    const trusted = context.isTrusted(api_key);
    const errors = lines.flatMap((line, index) =>
      line.unit_price === undefined
        ? []
        : [
            {
              pointer: `/lines/${index}/unit_price`,
              code: 'agreed_price_not_allowed',
              detail: 'needs an X-API-Key',
            },
          ],
    );
    if (trusted || errors.length === 0) return;
    const detail =
      'An agreed unit_price is taken only from a trusted caller. Leave it out, or send X-API-Key.';
    throw orderProblem('agreed_price_not_allowed', { detail, errors });
  }

  return {
    async createOrder(request, reply) {
      requireTrustForPrices(request.body.lines, request.headers['x-api-key'] as string | undefined);
      const answer = await accept(
        context,
        toRequest('createOrder', request),
        request.body,
        traceOf(request.raw),
      );
      onOutbox();
      const { id } = JSON.parse(answer.body) as Order;
      return sendAnswer(reply.header('location', `/api/v1/orders/${id}`), answer);
    },

    async getOrder(request, reply) {
      const row = await read(request.params.order_id);
      return reply.header('etag', toEtag(row)).code(200).send(toOrder(row));
    },

    async listOrders(request, reply) {
      const {
        limit = 50,
        cursor,
        status,
        customer_id,
        attention,
        waiting,
        created_from,
        created_to,
      } = request.query ?? {};
      const rows = await listOrders.run(
        {
          status,
          customer_id,
          attention,
          waiting,
          first_id: created_from ? firstOrderIdAt(readTime('created_from', created_from)) : '',
          before_id:
            readCursor(cursor, ORDER_ID) ??
            (created_to ? firstOrderIdAt(readTime('created_to', created_to)) : LAST_ID),
          limit: limit + 1,
        },
        unprepared(pool),
      );
      return reply.code(200).send(toPage(request, reply, rows, limit, (row) => row.id).map(toSummary));
    },

    async amendOrder(request, reply) {
      requireTrustForPrices(request.body.lines, request.headers?.['x-api-key'] as string | undefined);
      const conditions = readConditions(request.headers);
      const row = await amend(context, request.params.order_id, conditions, request.body);
      return reply.header('etag', toEtag(row)).code(200).send(toOrder(row));
    },

    async deleteOrder(request, reply) {
      await hide(pool, request.params.order_id, readConditions(request.headers));
      return reply.code(204).send();
    },

    async cancelOrder(request, reply) {
      const { order_id } = request.params;
      const reason = request.body?.reason ?? 'The customer asked for it.';
      const cancellation = { code: 'customer_request', detail: reason };
      const answer = await once(pool, toRequest('cancelOrder', request), (client) =>
        requestCancellation(client, order_id, cancellation, traceOf(request.raw)),
      );
      onOutbox();
      return sendAnswer(reply, answer);
    },

    async resolveAttention(request, reply) {
      const { order_id } = request.params;
      const { action, dry_run } = request.body;
      if (dry_run) return reply.code(200).send(await plan(context, order_id, action));
      const once_only = toRequest('resolveAttention', request);
      const trace = traceOf(request.raw);
      const answer = await inScope({ trace }, () => mend(context, order_id, once_only, request.body, trace));
      onOutbox();
      return sendAnswer(reply, answer);
    },

    async listOrderEvents(request, reply) {
      const { order_id } = request.params;
      const { limit = 50, cursor } = request.query ?? {};
      await read(order_id);
      const after = Number(readCursor(cursor, /^\d{1,9}$/) ?? 0);
      const rows = await listEvents.run({ order_id, after, limit: limit + 1 }, pool);
      const page = toPage(request, reply, rows, limit, (row) => String(row.sequence));
      return reply.code(200).send(
        page.map((row) => ({
          sequence: row.sequence,
          type: row.type,
          data: row.data as Record<string, unknown>,
          occurred_at: row.occurred_at.toISOString(),
        })),
      );
    },
  };
}
