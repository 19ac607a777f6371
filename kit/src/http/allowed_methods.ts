import type { FastifyInstance } from 'fastify';
import findMyWay from 'find-my-way';

/** The methods that a path takes, found by the router that Fastify itself uses. */
export class AllowedMethods {
  readonly #router = findMyWay();
  readonly #methods = new Set<string>();

  /** Sees the routes that are added to the server after this. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ method, url }) => {
      // Answers preflights for every path, which says nothing of any.
      if (url.endsWith('*') && method === 'OPTIONS') return;
      for (const one of [method].flat()) {
        this.#methods.add(one);
        this.#router.on(one as 'GET', url, () => {});
      }
    });
  }

  /** For the header `Allow`; empty where there is no route of any method. */
  of(path: string): string[] {
    return [...this.#methods].filter((method) => this.#router.find(method as 'GET', path)).sort();
  }
}
