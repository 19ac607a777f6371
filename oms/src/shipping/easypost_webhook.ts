import EasyPostModule from '@easypost/api';

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
// The package's types describe its CommonJS shape, where the class is `default`; as a module it is the class.
const EasyPost = EasyPostModule as unknown as typeof EasyPostModule.default;

/** Has the carrier's events sent to this service, and no more to where it was before. */
export async function registerWebhook({ key, url, secret, address }: WebhookOptions): Promise<void> {
  const { Webhook } = new EasyPost(key, {
    baseUrl: `${url}/v2/`,
    requestMiddleware: (request) => request.timeout(TIMEOUT_MS),
  });
  const { webhooks } = await Webhook.all();
  for (const known of webhooks) {
    if (new URL(known.url).pathname === WEBHOOK_PATH) await Webhook.delete(known.id);
  }
  await Webhook.create({ url: address + WEBHOOK_PATH, webhook_secret: secret });
}
