/** What an answer states, and a client must compare with what it asked for. */
const FACTS = [
  'object',
  'id',
  'status',
  'amount',
  'currency',
  'reference',
  'tracking_code',
  'rates',
] as const;
type Fact = (typeof FACTS)[number];

/** Bodies that are not the object at all. */
const BODIES = ['html', 'empty', 'truncated', 'null', 'empty_object', 'empty_array'] as const;

/** Ways to falsify an answer: another body, a list without its items, or one fact that is wrong, missing or null. */
export const ANSWERS = [
  'genuine',
  ...BODIES,
  'empty_list',
  ...FACTS.flatMap((fact) => [`other_${fact}`, `no_${fact}`, `null_${fact}`] as const),
] as const;
export type AnswerName = (typeof ANSWERS)[number];

/** The text that is sent instead of the genuine body, and its media type. */
export function falsify(name: AnswerName, genuine: object): { type: string; text: string } {
  const type = 'application/json';
  const text = JSON.stringify(genuine);
  if (name === 'html') return { type: 'text/html', text: HTML };
  if (name === 'empty') return { type, text: '' };
  if (name === 'truncated') return { type, text: text.slice(0, text.length / 2) };
  return { type, text: JSON.stringify(falsifyJson(name, genuine)) };
}

/** The same for answers that are still JSON. Lists are falsified in each of their objects. */
export function falsifyJson(name: AnswerName, genuine: object): unknown {
  if (name === 'null') return null;
  if (name === 'empty_object') return {};
  if (name === 'empty_array') return [];
  if (name === 'empty_list') return withoutItems(genuine as Fields);
  const [, way, fact] = /^(other|no|null)_(.+)$/.exec(name) ?? [];
  if (!fact) return genuine;
  const body = structuredClone(genuine) as Fields;
  for (const object of objectsOf(body)) {
    for (const field of FIELDS[fact as Fact].filter((one) => one in object)) {
      if (way === 'no') delete object[field];
      else object[field] = way === 'null' ? null : another(field, object);
    }
  }
  return body;
}

type Fields = Record<string, unknown>;

const HTML =
  '<!DOCTYPE html>\n<html><head><title>Please wait</title></head><body>Please wait…</body></html>\n';

/** The fields that state a fact, in either provider's objects. */
const FIELDS: Record<Fact, readonly string[]> = {
  object: ['object'],
  id: ['id'],
  status: ['status', 'refund_status'],
  amount: ['amount', 'amount_capturable', 'amount_received'],
  currency: ['currency'],
  reference: ['reference', 'metadata', 'payment_intent'],
  tracking_code: ['tracking_code', 'tracker'],
  rates: ['rates'],
};

const LISTS = ['data', 'shipments', 'trackers', 'webhooks'];

function objectsOf(body: Fields): Fields[] {
  return LISTS.map((name) => body[name]).find(Array.isArray) ?? [body];
}

/** As a search whose index lags behind. */
function withoutItems(body: Fields): Fields {
  const name = LISTS.find((one) => Array.isArray(body[one]));
  return name ? { ...body, [name]: [], has_more: false } : body;
}

/** A value of the same type that is not true. What is null stays null. */
function another(field: string, object: Fields): unknown {
  const value = object[field];
  if (value === null) return null;
  if (field === 'object') return object.object === 'Shipment' ? 'Address' : 'event';
  if (field === 'status') return STATUSES[String(object.object)] ?? 'error';
  if (field === 'refund_status') return 'rejected';
  if (field === 'currency') return value === 'usd' ? 'eur' : 'usd';
  if (field === 'metadata') return { order_id: 'ord_another' };
  if (field === 'rates') return [{ id: 'rate_another' }];
  // Never another object's that there is.
  if (field === 'id') return `${value}x`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`;
  return {};
}

const STATUSES: Record<string, string> = { payment_intent: 'processing', refund: 'failed' };
