import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { apiReference } from './api_reference.ts';
import { type ErrorsOfService, errorsPage } from './errors_page.ts';

export interface PagesOptions extends ErrorsOfService {
  /** Name of the service, for the pages' titles. */
  title: string;
  /** The OpenAPI document in YAML. */
  contract: URL;
  /** The Markdown document that describes each error in a section named by its code. */
  errors: URL;
  /** Whether the service has a page of its own at `/`, where the reference would be. */
  has_home?: boolean;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="1" y="3" width="14" height="11"
rx="2" fill="#0b6e4f"/><path d="M1 7h14M8 3v4" stroke="#fff" stroke-width="1.5"/></svg>`;

/** What a person may open in a browser: the reference at `/docs`, each error at `/errors#code`, the contract. */
export async function addPages(server: FastifyInstance, options: PagesOptions): Promise<void> {
  const contract = readFileSync(options.contract, 'utf8');
  const errors = errorsPage(`Errors · ${options.title}`, readFileSync(options.errors, 'utf8'), options);
  await server.register(async (pages) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, isPage: true };
    });
    if (!options.has_home) pages.get('/', (_request, reply) => reply.redirect('/docs/'));
    pages.get('/openapi.yaml', (_request, reply) =>
      reply.type('application/yaml; charset=utf-8').send(contract),
    );
    pages.get('/errors', (_request, reply) => reply.type('text/html; charset=utf-8').send(errors));
    pages.get('/favicon.ico', (_request, reply) => reply.type('image/svg+xml').send(ICON));
    await pages.register(apiReference, { title: options.title, contract: '/openapi.yaml' });
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    isPage?: boolean;
  }
}

/** Whether a request is for one of these pages, which hold nothing that is not published. */
export function isPage(request: FastifyRequest): boolean {
  return request.routeOptions.config.isPage === true;
}
