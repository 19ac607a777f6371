import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';

export interface Answer {
  status: number;
  text: string;
  /** The `Link` header. */
  link: string;
  /** Of a problem. */
  code: string | undefined;
}

/** What became of the requests, try by try. */
export interface Tries {
  /** Tries that got no answer: the connection was refused or cut, or it took too long. */
  lost: number;
  /** Tries by the answer's status, with the code of a problem. */
  answered: Map<string, number>;
}

export interface Requests {
  tries: Tries;
  /** Repeats the request, with the same key, until it is answered for good. Undefined when the run is over before. */
  untilAnswered(method: 'POST' | 'PUT' | 'GET', path: string, content?: Content): Promise<Answer | undefined>;
  close(): Promise<void>;
}

interface Content {
  body?: object | undefined;
  headers?: Record<string, string>;
}

const CONNECTIONS = 64;
const TIMEOUT_MS = 5_000;
const FIRST_DELAY_MS = 200;
const DELAY_MS_MAX = 2_000;
/** Refusals by which the same request may succeed later. */
const LATER = new Set(['idempotency_key_in_use', 'changed_concurrently']);

/** @param stopped ends every request and every wait */
export function openRequests(url: string, stopped: AbortSignal): Requests {
  const pool = new Pool(url, {
    connections: CONNECTIONS,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const tries: Tries = { lost: 0, answered: new Map() };

  const attempt = async (
    method: 'POST' | 'PUT' | 'GET',
    path: string,
    { body, headers }: Content,
  ): Promise<Answer> => {
    const response = await pool.request({
      ...{ method, path },
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const { statusCode: status } = response;
    const text = await response.body.text();
    const code = status < 300 ? undefined : String((JSON.parse(text) as { code?: string }).code);
    return { status, text, code, link: String(response.headers.link ?? '') };
  };

  return {
    tries,
    async untilAnswered(method, path, content = {}) {
      for (let number = 0; !stopped.aborted; number++) {
        try {
          const answer = await attempt(method, path, content);
          const name = answer.code ? `${answer.status} ${answer.code}` : String(answer.status);
          tries.answered.set(name, (tries.answered.get(name) ?? 0) + 1);
          if (answer.status < 500 && !LATER.has(answer.code ?? '')) return answer;
        } catch {
          if (!stopped.aborted) tries.lost++;
        }
        const wait_ms = Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** number);
        await delay(wait_ms, undefined, { signal: stopped }).catch(() => {});
      }
      return undefined;
    },
    close: () => pool.destroy(),
  };
}
