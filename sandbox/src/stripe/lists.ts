import { type Answer, ok } from '../answer.ts';
import { idFloor } from '../ids.ts';
import type { Operation } from '../operation.ts';
import { allRows, type Stripe } from './changes.ts';
import { invalid } from './errors.ts';
import { allowOnly, LIST_LIMIT_MAX, type Parameters, readInteger, readText, required } from './parameters.ts';
import { type PaymentIntentRow, toPaymentIntent } from './payment_intent.ts';
import { expandsCharge } from './payment_intents.ts';
import { LIST_INTENTS, SEARCH_INTENTS } from './statements.ts';

/** Pages of payment intents, the newest first. https://docs.stripe.com/api/pagination */
export function paymentIntentListOperations(stripe: Stripe): Operation[] {
  return [
    {
      name: 'payment_intents.list',
      method: 'GET',
      url: '/payment_intents',
      findOrderId: async () => undefined,
      async act({ query }) {
        allowOnly(query, ['limit', 'starting_after', 'created', 'expand']);
        const { values, limit } = readPage(query, 'pi_');
        const rows = await allRows<PaymentIntentRow>(stripe.pool, LIST_INTENTS, values);
        const expand = expandsCharge(query);
        return page('/v1/payment_intents', rows, limit, (row) => toPaymentIntent(row, expand));
      },
    },
    {
      name: 'payment_intents.search',
      method: 'GET',
      url: '/payment_intents/search',
      findOrderId: async ({ query }) => readQuery(query).order_id,
      async act({ query, instead }) {
        allowOnly(query, ['query', 'limit', 'page', 'expand']);
        const { order_id, status } = readQuery(query);
        const limit = readLimit(query);
        const newest = instead ? idFloor('pi_', Date.now() - (instead.delay_ms ?? LAG_MS)) : HIGHEST;
        const below = [readText(query, 'page') ?? HIGHEST, newest].sort()[0];
        const rows = await allRows<PaymentIntentRow>(stripe.pool, SEARCH_INTENTS, [
          order_id,
          status,
          below,
          limit + 1,
        ]);
        const expand = expandsCharge(query);
        const data = rows.slice(0, limit);
        const has_more = rows.length > limit;
        return ok({
          object: 'search_result',
          url: '/v1/payment_intents/search',
          has_more,
          next_page: has_more ? data.at(-1)!.id : null,
          data: data.map((row) => toPaymentIntent(row, expand)),
        });
      },
    },
  ];
}

export function readPage(
  query: Parameters,
  prefix: string,
): { values: [string, string, number]; limit: number } {
  const limit = readLimit(query);
  let below = readText(query, 'starting_after') ?? HIGHEST;
  let from = '';
  const created = query.created;
  const bounds: Parameters =
    typeof created === 'string'
      ? { gte: created, lte: created }
      : ((created as Parameters | undefined) ?? {});
  allowOnly(bounds, ['gt', 'gte', 'lt', 'lte']);
  for (const name of Object.keys(bounds)) {
    const second =
      required(readInteger(bounds, name, 0, 1e12), name) + (name === 'gt' || name === 'lte' ? 1 : 0);
    const floor = idFloor(prefix, second * 1000);
    if (name.startsWith('g')) from = [from, floor].sort().at(-1)!;
    else below = [below, floor].sort()[0]!;
  }
  return { values: [below, from, limit + 1], limit };
}

export function page<Row>(url: string, rows: Row[], limit: number, show: (row: Row) => object): Answer {
  return ok({ object: 'list', url, has_more: rows.length > limit, data: rows.slice(0, limit).map(show) });
}

/** In ordinary times; in an outage up to an hour. https://docs.stripe.com/search#data-freshness */
const LAG_MS = 60_000;

/** Above every id, which are all lower case. */
const HIGHEST = '~';

function readLimit(query: Parameters): number {
  return readInteger(query, 'limit', 1, LIST_LIMIT_MAX) ?? 10;
}

const CLAUSE = /^\s*(?:metadata\[(["'])order_id\1\]|(status))\s*:\s*(["'])((?:\\.|(?!\3)[^\\])*)\3\s*$/;

/** The part of Stripe's query language that finds an order. https://docs.stripe.com/search#search-query-language */
function readQuery(parameters: Parameters): { order_id: string; status: string | null } {
  const query = required(readText(parameters, 'query'), 'query');
  const found: { order_id?: string; status?: string } = {};
  for (const clause of query.split(/(?<!\s)\s+AND\s+/i)) {
    const match = CLAUSE.exec(clause);
    if (!match) throw unsupported();
    found[match[2] ? 'status' : 'order_id'] = match[4]!.replace(/\\(.)/g, '$1');
  }
  if (found.order_id === undefined) throw unsupported();
  return { order_id: found.order_id, status: found.status ?? null };
}

function unsupported() {
  return invalid(
    undefined,
    "We were unable to parse your search query. The sandbox knows metadata['order_id']:'…', alone or with AND status:'…'.",
    'query',
  );
}
