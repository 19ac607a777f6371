import type { FastifyReply } from 'fastify';

/** A refusal of the sandbox's own, as RFC 9457 has it. */
export function problem(
  reply: FastifyReply,
  status: number,
  code: string,
  title: string,
  errors?: readonly object[],
): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, code, ...(errors && { errors }) }));
}
