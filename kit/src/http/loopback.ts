import type { FastifyRequest } from 'fastify';
import { commonProblem } from './problem.ts';

const ADDRESSES = new Set(['127.0.0.1', '::1', 'localhost']);
const NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether what listens on this address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return ADDRESSES.has(host);
}

/** Whether a request came under a name that no other machine's DNS can point here. */
export function isLoopbackName(hostname: string): boolean {
  return NAMES.has(hostname);
}

/** Without sign-in, a web page could otherwise reach the service by a name that it points at loopback. */
export function requireLoopbackName(request: FastifyRequest): void {
  if (isLoopbackName(request.hostname)) return;
  throw commonProblem('host_not_allowed', {
    detail: `Without sign-in this service is not ${request.hostname}.`,
  });
}
