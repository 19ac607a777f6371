import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';

const REQUEST_TIMEOUT_MS = 10_000;
const TRIES_MAX = 6;
const FIRST_DELAY_MS = 100;

/** Requests that are on their way at once; more would only wait in the service. */
export const REQUESTS_MAX = 16;

export interface ApiClientOptions {
  /** Where the API is, such as `http://127.0.0.1:8080`. */
  address: string;
  api_key: string;
  /** Ends every request, and every wait for the next try. */
  stopped: AbortSignal;
}

/** A client of the public API. What may pass by itself is tried again; POSTs carry the same key each time. */
export class ApiClient implements AsyncDisposable {
  readonly #options: ApiClientOptions;
  readonly #pool: Pool;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#pool = new Pool(options.address, {
      connections: REQUESTS_MAX,
      headersTimeout: REQUEST_TIMEOUT_MS,
      bodyTimeout: REQUEST_TIMEOUT_MS,
    });
  }

  async get<Body>(path: string): Promise<Body> {
    return (await this.#send<Body>('GET', path)).body;
  }

  async put(path: string, body: object): Promise<void> {
    await this.#send('PUT', path, { body });
  }

  async post<Body>(path: string, idempotency_key: string, body: object): Promise<Body> {
    return (await this.#send<Body>('POST', path, { body, idempotency_key })).body;
  }

  /** Every item of a list, page by page. */
  async *list<Item>(path: string): AsyncGenerator<Item> {
    for (let next: string | undefined = path; next; ) {
      const answer: Answer<Item[]> = await this.#send<Item[]>('GET', next);
      yield* answer.body;
      next = /<([^>]+)>; rel="next"/.exec(answer.link)?.[1];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }

  /** @throws RefusedError when trying again would not help */
  async #send<Body>(
    method: Dispatcher.HttpMethod,
    path: string,
    content: Content = {},
  ): Promise<Answer<Body>> {
    const { stopped } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#try<Body>(method, path, content);
      } catch (error) {
        stopped.throwIfAborted();
        if (error instanceof RefusedError || attempt === TRIES_MAX) throw error;
      }
      await delay(FIRST_DELAY_MS * 2 ** (attempt - 1), undefined, { signal: stopped });
    }
  }

  async #try<Body>(
    method: Dispatcher.HttpMethod,
    path: string,
    { body, idempotency_key }: Content,
  ): Promise<Answer<Body>> {
    const answer = await this.#pool.request({
      method,
      path,
      headers: {
        'x-api-key': this.#options.api_key,
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotency_key && { 'idempotency-key': idempotency_key }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: this.#options.stopped,
    });
    const text = await answer.body.text();
    if (answer.statusCode < 300) return { body: JSON.parse(text), link: String(answer.headers.link ?? '') };
    const message = `${method} ${path} was answered with ${answer.statusCode}: ${text}`;
    const mayPass =
      answer.statusCode >= 500 || /"code":"(idempotency_key_in_use|changed_concurrently)"/.test(text);
    throw mayPass ? new Error(message) : new RefusedError(message);
  }
}

/** The service says no. */
export class RefusedError extends Error {
  override name = 'RefusedError';
}

interface Content {
  body?: object;
  idempotency_key?: string;
}

interface Answer<Body> {
  body: Body;
  /** The `Link` header. */
  link: string;
}
