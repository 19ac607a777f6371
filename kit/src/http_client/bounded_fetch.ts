import { outgoingHeaders } from '../trace/scope.ts';

/** The largest response of a provider that is read. Their largest pages of a hundred objects stay below 1 MiB. */
const RESPONSE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * `fetch` for providers' clients: reads the whole body before it returns, so that the caller's signal is a deadline for
 * all of the exchange, and refuses a body larger than `max_bytes`. Carries the trace; never follows a redirect, which
 * would carry our key to another address.
 */
export async function boundedFetch(
  input: string | URL | Request,
  init: RequestInit = {},
  max_bytes = RESPONSE_BYTES_MAX,
): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(outgoingHeaders())) headers.set(name, value);
  const response = await fetch(input, { ...init, headers, redirect: 'error' });
  const { status, statusText } = response;
  return new Response(await readAll(response, max_bytes), { status, statusText, headers: response.headers });
}

/** Null where the status allows no body, as the constructor of `Response` wants it. */
async function readAll({ body }: Response, max_bytes: number): Promise<Blob | null> {
  if (!body) return null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > max_bytes) throw new Error(`the response is larger than ${max_bytes} bytes`);
    chunks.push(chunk);
  }
  return new Blob(chunks);
}
