import { hash } from 'node:crypto';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';

/** The API's reference at `/docs/`, made from the contract; it loads nothing from anywhere else. */
export async function apiReference(
  server: FastifyInstance,
  { title, contract }: { title: string; contract: string },
): Promise<void> {
  server.addHook('onSend', async (_request, reply, payload) => {
    if (typeof payload === 'string') reply.header('content-security-policy', policyOf(payload));
    return payload;
  });
  await server.register(scalar, {
    routePrefix: '/docs',
    logLevel: 'silent',
    configuration: {
      url: contract,
      pageTitle: title,
      // Wherever this is served from, requests are tried out here.
      servers: [{ url: '/' }],
      // Whatever would load from, or lead to, the makers' own services.
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
      theme: 'default',
      defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
    },
  });
}

/** Lets a page run its own inline scripts and no others; the styles that it makes up as it goes cannot be named. */
function policyOf(page: string): string {
  const scripts = [...page.matchAll(/<script(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script]) => `'sha256-${hash('sha256', script!, 'base64')}'`,
  );
  return [
    "default-src 'self'",
    `script-src ${["'self'", ...scripts].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}
