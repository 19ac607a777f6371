import type { FastifyRequest } from 'fastify';
import { commonProblem } from './problem.ts';

const ADDRESSES = new Set(['127.0.0.1', '::1', 'localhost']);
const NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether what listens on this address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return ADDRESSES.has(host);
}

/** Without sign-in, a web page could otherwise reach the service by a name that it points at loopback. */
export function requireLoopbackName(request: FastifyRequest): void {
  if (NAMES.has(request.hostname)) return;
  throw commonProblem('host_not_allowed', {
    detail: `Without sign-in this service is not ${request.hostname}.`,
  });
}
