import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type pg from 'pg';
import { newId } from '../ids.ts';
import { readWebhooks, type WebhookRow } from './webhooks.ts';

/** As EasyPost, which waits no longer. */
const ANSWER_TIMEOUT_MS = 7_000;
const ATTEMPTS_MAX = 6;
const FIRST_DELAY_MS = 500;
/** Most events on their way at once; more are dropped, as whoever wants them does not take them. */
const SENDING_MAX = 1_000;

/** Sends events to every registered webhook, again when they are not taken, and not for ever. */
export class WebhookSender {
  readonly #pool: pg.Pool;
  readonly #logger: FastifyBaseLogger;
  readonly #closing = new AbortController();
  readonly #sending = new Set<Promise<void>>();

  constructor(pool: pg.Pool, logger: FastifyBaseLogger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  /** Begins to send; it does not wait until the event is taken. */
  async send(description: string, result: object, previous_attributes: object): Promise<void> {
    for (const webhook of await readWebhooks(this.#pool)) {
      if (this.#sending.size >= SENDING_MAX) {
        this.#logger.warn(
          { description, url: webhook.url },
          'too many events are on their way; one is dropped',
        );
        continue;
      }
      const sending = this.#sendTo(webhook, toBody(webhook, { description, result, previous_attributes }));
      this.#sending.add(sending);
      sending.finally(() => this.#sending.delete(sending));
    }
  }

  /** What has not been taken yet is given up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#sending);
  }

  async #sendTo({ url, webhook_secret }: WebhookRow, body: string): Promise<void> {
    const signal = this.#closing.signal;
    const headers = {
      'content-type': 'application/json',
      ...(webhook_secret !== null && { 'x-hmac-signature': sign(body, webhook_secret) }),
    };
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
        const response = await fetch(url, {
          method: 'POST',
          headers,
          body,
          signal: limit,
          redirect: 'error',
        });
        await response.body?.cancel();
        if (response.ok) return;
        this.#logger.warn({ url, attempt, status: response.status }, 'an event was not taken');
      } catch (error) {
        if (!signal.aborted) this.#logger.warn({ url, attempt, err: error }, 'an event did not arrive');
      }
      if (attempt === ATTEMPTS_MAX) return;
      await delay(FIRST_DELAY_MS * 2 ** (attempt - 1), undefined, { signal }).catch(() => {});
    }
  }
}

function toBody({ url }: WebhookRow, event: object): string {
  const now = new Date().toISOString();
  const body = JSON.stringify({
    id: newId('evt_'),
    object: 'Event',
    mode: 'test',
    created_at: now,
    updated_at: now,
    status: 'pending',
    pending_urls: [url],
    completed_urls: [],
    ...event,
  });
  // EasyPost writes weights with a decimal point always, and its client counts on it when it checks signatures.
  return body.replace(/("weight":)(\d+)(?=[,}])/g, '$1$2.0');
}

/** https://docs.easypost.com/guides/webhooks-guide#hmac-validation */
function sign(body: string, secret: string): string {
  const hmac = createHmac('sha256', secret.normalize('NFKD')).update(body, 'utf8');
  return `hmac-sha256-hex=${hmac.digest('hex')}`;
}
