import type { NewPost, Post } from '../src/generated/contract/types.gen.ts';

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

const REQUEST_TIMEOUT_MS = 60_000;

/** Talks to the blog as any client would; as somebody, where it has a token. */
export class Client {
  readonly address: string;
  readonly #token: string | undefined;

  constructor(address: string, token?: string) {
    this.address = address;
    this.#token = token;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the tests assert what bodies hold
  async call<Body = any>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(this.address + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  async post(post: Partial<NewPost> = {}): Promise<Post> {
    const { status, body } = await this.call('POST', '/posts', {
      title: 'A title',
      content: 'Text',
      ...post,
    });
    if (status !== 201) throw new Error(`expected 201, got ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async titles(query: string): Promise<string[]> {
    const { status, body } = await this.call<Post[]>('GET', `/posts?${query}`);
    if (status !== 200) throw new Error(`expected 200, got ${status}: ${JSON.stringify(body)}`);
    return body.map(({ title }) => title);
  }

  /** The same blog, called by this account, which is made. */
  async as(username: string, password = PASSWORD): Promise<Client> {
    await this.call('POST', '/auth/register', { username, password });
    const { status, body } = await this.call('POST', '/auth/login', { username, password });
    if (status !== 200) throw new Error(`expected 200, got ${status}: ${JSON.stringify(body)}`);
    return new Client(this.address, body.accessToken);
  }
}

export const PASSWORD = 'correct horse battery';
