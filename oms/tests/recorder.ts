import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it went over the wire, and what the server said. */
export interface Exchange {
  /** Such as `POST /v1/refunds`. */
  request: string;
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tests assert what answers hold
  answer: any;
}

export interface Recorder {
  url: string;
  exchanges: Exchange[];
  /** Puts another answer in the place of the server's, for requests that begin like this. */
  replace(request: string, answer: (genuine: Exchange['answer']) => { status: number; body: unknown }): void;
  /** Forgets exchanges and replacements. */
  reset(): void;
  close(): void;
}

/** Stands before a server: passes every request on, and keeps it together with the server's answer. */
export async function startRecorder(server_url: string): Promise<Recorder> {
  let exchanges: Exchange[] = [];
  const replacements = new Map<string, Parameters<Recorder['replace']>[1]>();

  const server = createServer(async (incoming, response) => {
    const exchange = await pass(server_url, incoming);
    exchanges.push(exchange);
    const [, replace] = [...replacements].find(([start]) => exchange.request.startsWith(start)) ?? [];
    const { status, body } = replace?.(exchange.answer) ?? { status: exchange.status, body: exchange.answer };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get exchanges() {
      return exchanges;
    },
    replace: (request, answer) => void replacements.set(request, answer),
    reset() {
      exchanges = [];
      replacements.clear();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function pass(server_url: string, incoming: IncomingMessage): Promise<Exchange> {
  const { method = '', url: path = '', headers: given } = incoming;
  const url = server_url + path;
  const headers = Object.fromEntries(
    ['authorization', 'content-type', 'idempotency-key', 'stripe-version'].flatMap((name) =>
      typeof given[name] === 'string' ? [[name, given[name]]] : [],
    ),
  );
  const body = await text(incoming);
  const response = await fetch(url, { method, headers, ...(body && { body }) });
  return {
    request: `${method} ${path.split('?')[0]}`,
    ...{ method, url, headers, body },
    status: response.status,
    answer: await response.json(),
  };
}
