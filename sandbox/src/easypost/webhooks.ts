import { type Answer, ok } from '../answer.ts';
import { newId } from '../ids.ts';
import type { Call, Database, Operation } from '../operation.ts';
import { type FieldError, notFound, unprocessable } from './errors.ts';
import { CREATE_WEBHOOK, DELETE_WEBHOOK, LIST_WEBHOOKS } from './statements.ts';

/** A row of `sandbox.webhooks`. */
export interface WebhookRow {
  id: string;
  url: string;
  webhook_secret: string | null;
  created_ms: number;
}

/** Who is told of what happens to parcels. https://docs.easypost.com/docs/webhooks */
export function webhookOperations(pool: Database): Operation[] {
  const url = '/webhooks';
  const findOrderId = async () => undefined;
  return [
    { name: 'webhooks.create', method: 'POST', url, act: (call) => create(pool, call), findOrderId },
    { name: 'webhooks.list', method: 'GET', url, act: () => list(pool), findOrderId },
    {
      name: 'webhooks.delete',
      method: 'DELETE',
      url: `${url}/:id`,
      act: (call) => remove(pool, call),
      findOrderId,
    },
  ];
}

export async function readWebhooks(pool: Database): Promise<WebhookRow[]> {
  const { rows } = await pool.query(LIST_WEBHOOKS);
  return rows.map(({ row }) => row);
}

const WEBHOOKS_MAX = 30;
const TEXT_LENGTH_MAX = 500;

async function create(pool: Database, { body }: Call): Promise<Answer> {
  const { url, webhook_secret = null } = body?.webhook ?? {};
  const errors: FieldError[] = [];
  if (!isWebAddress(url)) errors.push({ field: 'url', message: 'must be an http or https address' });
  if (webhook_secret !== null && !isText(webhook_secret)) {
    errors.push({ field: 'webhook_secret', message: 'must be a non-empty string' });
  }
  if (errors.length > 0) throw unprocessable('PARAMETER.INVALID', 'A parameter was invalid.', errors);
  const row: WebhookRow = { id: newId('hook_'), url, webhook_secret, created_ms: Date.now() };
  const { rowCount } = await pool.query(CREATE_WEBHOOK, [row, WEBHOOKS_MAX]);
  if (rowCount === 0) throw unprocessable('WEBHOOK.LIMIT', `There are ${WEBHOOKS_MAX} webhooks already.`);
  return ok(toWebhook(row), 201);
}

async function list(pool: Database): Promise<Answer> {
  return ok({ webhooks: (await readWebhooks(pool)).map(toWebhook) });
}

async function remove(pool: Database, call: Call): Promise<Answer> {
  const { rowCount } = await pool.query(DELETE_WEBHOOK, [call.params.id]);
  if (rowCount === 0) throw notFound();
  return ok({});
}

function toWebhook({ id, url, created_ms }: WebhookRow): object {
  return {
    id,
    object: 'Webhook',
    mode: 'test',
    url,
    created_at: new Date(created_ms).toISOString(),
    disabled_at: null,
    custom_headers: [],
  };
}

function isWebAddress(url: unknown): url is string {
  return isText(url) && /^https?:$/.test(URL.parse(url)?.protocol ?? '');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= TEXT_LENGTH_MAX;
}
