import type { FastifyInstance } from 'fastify';
import findMyWay from 'find-my-way';

/** The methods that a path takes, found by the router that Fastify itself uses. */
export class AllowedMethods {
  /** Knows each pattern once, so that a path belongs to the most specific one, whatever methods others take. */
  readonly #router = findMyWay();
  readonly #methods = new Map<string, Set<string>>();

  /** Sees the routes that are added to the server after this. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ method, url }) => {
      // Answers preflights for every path, which says nothing of any.
      if (url.endsWith('*') && method === 'OPTIONS') return;
      let methods = this.#methods.get(url);
      if (!methods) {
        methods = new Set();
        this.#methods.set(url, methods);
        this.#router.on('GET', url, () => {}, methods);
      }
      for (const one of [method].flat()) methods.add(one);
    });
  }

  /** For the header `Allow`; empty where there is no route of any method. */
  of(path: string): string[] {
    const methods: Set<string> | undefined = this.#router.find('GET', path)?.store;
    return [...(methods ?? [])].sort();
  }
}
