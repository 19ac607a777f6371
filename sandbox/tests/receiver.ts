import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Received {
  headers: Record<string, unknown>;
  body: Buffer;
}

/** Takes what is posted to it, once it has refused so many. */
export async function startReceiver(refusals = 0) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await buffer(request) });
    response.writeHead(received.length <= refusals ? 503 : 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
