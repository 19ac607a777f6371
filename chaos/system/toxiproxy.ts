import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@oms/kit/net.ts';
import { findProgram } from '@oms/kit/programs/find.ts';
import { startGuarded } from '@oms/kit/programs/guarded.ts';
import { byGoInstall } from '@oms/kit/programs/make.ts';

const VERSION = '2.5.0';
const START_TIMEOUT_MS = 30_000;
const REQUEST_TIMEOUT_MS = 10_000;
const POLL_MS = 50;

/** Cuts and delays what goes through it: https://github.com/Shopify/toxiproxy. */
export interface Toxiproxy {
  /** Puts a proxy before an address. @returns the proxy's own, as host:port */
  open(name: string, upstream: string): Promise<string>;
  /** Spoils what comes back through the proxy. */
  spoil(name: string, toxic: Toxic): Promise<void>;
  /** Lets nobody connect, and ends the connections that there are. */
  refuse(name: string): Promise<void>;
  /** Takes back all that was done to the proxy. */
  heal(name: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Toxic {
  type: 'latency' | 'bandwidth' | 'reset_peer' | 'timeout';
  attributes: Record<string, number>;
}

export async function startToxiproxy(onMake: (text: string) => void): Promise<Toxiproxy> {
  const { path } = await findProgram(
    {
      name: 'toxiproxy-server',
      version: VERSION,
      version_args: ['-version'],
      make: byGoInstall(`github.com/Shopify/toxiproxy/v2/cmd/server@v${VERSION}`, 'toxiproxy-server'),
      advice: 'Put toxiproxy-server on the PATH, or install Go, which builds it once.',
    },
    { onMake },
  );
  const port = await freePort();
  const server = startGuarded(path, ['-host', '127.0.0.1', '-port', String(port)], {
    environment: { ...process.env, LOG_LEVEL: 'error' },
  });
  const call = async <Body>(method: string, route: string, body?: object): Promise<Body> => {
    const response = await fetch(`http://127.0.0.1:${port}${route}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`toxiproxy answered ${method} ${route} with ${response.status}: ${text}`);
    return (text.startsWith('{') ? JSON.parse(text) : undefined) as Body;
  };

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (
    !(await call('GET', '/version').then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() > deadline) throw new Error(`toxiproxy does not answer: ${server.lastLines(3).join(' ')}`);
    await delay(POLL_MS);
  }

  return {
    async open(name, upstream) {
      const { listen } = await call<{ listen: string }>('POST', '/proxies', {
        ...{ name, upstream, listen: '127.0.0.1:0', enabled: true },
      });
      return listen;
    },
    async spoil(name, { type, attributes }) {
      await call('POST', `/proxies/${name}/toxics`, { type, attributes, name: type, stream: 'downstream' });
    },
    async refuse(name) {
      await call('POST', `/proxies/${name}`, { enabled: false });
    },
    async heal(name) {
      const { toxics } = await call<{ toxics: { name: string }[] }>('POST', `/proxies/${name}`, {
        enabled: true,
      });
      for (const toxic of toxics) await call('DELETE', `/proxies/${name}/toxics/${toxic.name}`);
    },
    stop: () => server.stop(1_000),
  };
}
