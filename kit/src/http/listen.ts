import type { FastifyInstance } from 'fastify';
import { OperatorError } from '../operator_error.ts';

/** @param setting the variable that chooses the port, for the advice @returns the server's address */
export async function listen(
  server: FastifyInstance,
  { host, port }: { host: string; port: number },
  setting: string,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new OperatorError(`Port ${port} is taken. Stop what uses it, or set ${setting}.`, { cause: error });
  }
}
