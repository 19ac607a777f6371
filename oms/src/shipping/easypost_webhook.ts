import { responseReader } from '@oms/kit/http_client/response.ts';
import { connectEasyPost } from './easypost_client.ts';

/** Where EasyPost's events are taken. */
export const WEBHOOK_PATH = '/api/v1/webhooks/easypost';

export interface WebhookOptions {
  key: string;
  /** Where EasyPost's API is. */
  url: string;
  secret: string;
  /** Where this service is. */
  address: string;
}

const TIMEOUT_MS = 10_000;

/** https://docs.easypost.com/docs/webhooks */
const readWebhooks = responseReader<{ webhooks: { id: string; url: string }[] }>('list of webhooks', {
  type: 'object',
  required: ['webhooks'],
  properties: {
    webhooks: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'url'],
        properties: { id: { type: 'string', minLength: 1 }, url: { type: 'string' } },
      },
    },
  },
});

/** Has the carrier's events sent to this service, and no more to where it was before. */
export async function registerWebhook({ key, url, secret, address }: WebhookOptions): Promise<void> {
  const { Webhook } = connectEasyPost({ key, url, timeout_ms: TIMEOUT_MS });
  const { webhooks } = readWebhooks(await Webhook.all());
  for (const known of webhooks) {
    if (URL.parse(known.url)?.pathname === WEBHOOK_PATH) await Webhook.delete(known.id);
  }
  await Webhook.create({ url: address + WEBHOOK_PATH, webhook_secret: secret });
}
